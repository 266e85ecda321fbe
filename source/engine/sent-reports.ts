import type { Catalog } from '../catalog/catalog.ts';
import { addressesKept } from '../catalog/sent-table.ts';
import type { SentOnDay, SentReport } from '../control/publications.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const daysTold = 31;

/**
 * What was sent on each of the last days, today among them, in UTC, the oldest first; days without
 * anything are left out.
 */
export function sentByDay(catalog: Catalog, id: number, now: number): SentOnDay[] {
  return Array.from(catalog.sent.byDay(id, firstDay(now, daysTold)), ([day, sent]) => ({
    day: new Date(day * dayMs).toISOString().slice(0, 10),
    ...sent,
  }));
}

/**
 * Payload bytes by day since the epoch: of one publication, or of all. With a day more than graphs
 * show, from which it is known that there was nothing on those after it.
 */
export function payloadByDay(catalog: Catalog, id: number | null, now: number) {
  const days = catalog.sent.byDay(id, firstDay(now, daysTold + 1));
  return new Map(Array.from(days, ([day, { payload }]) => [day, payload]));
}

/** To whom content was sent, as far as it is kept. */
export function sentToAddresses(catalog: Catalog, id: number): SentReport {
  return { mostKept: addressesKept, addresses: catalog.sent.byAddress(id) };
}

/** The first of so many days that end with today. */
function firstDay(now: number, days: number): number {
  return Math.floor(now / dayMs) + 1 - days;
}
