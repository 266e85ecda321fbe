import type { EngineEvent } from '../../control/engine.ts';
import type { Page, Reading, Sentence } from './reading.ts';

/** All that can be said at one moment. */
export interface Words {
  /** Of the dashboard as a whole, whatever the view. */
  status: readonly Sentence[];
  reading: Reading;
  /** What happened, the newest last; null until that was told. */
  events: readonly EngineEvent[] | null;
}

/** So many lines of a text are said on arrival, and of anything when it is asked for. */
const linesOnArrival = 12;
const linesOnDemand = 20;
/** So many lines of a text are watched for changes. */
const watchedLines = 100;
/** More events at once are summed up. */
const mostEventsAtOnce = 3;

/** How the engine names the dashboard as the one who asked: what its keys do is told otherwise. */
const ownName = 'dashboard';

/** What is to be said after what was said last; nothing was when `before` is null. */
export function newsOf(before: Words | null, now: Words): string[] {
  return [
    ...changesIn(before?.status ?? [], now.status),
    ...(before?.events && now.events ? newEvents(before.events, now.events) : []),
    ...(before?.reading.place === now.reading.place
      ? changesOf(before.reading, now.reading)
      : arrivalAt(now.reading)),
  ];
}

/** All there is to say of where the user is. */
export function everything({ reading, status }: Words): string[] {
  const { heads, page } = reading;
  return [
    ...heads.map(({ text }) => text),
    ...(page ? linesFrom(page, page.at, linesOnDemand, true) : []),
    ...status.map(({ text }) => text),
  ];
}

function arrivalAt({ heads, page }: Reading): string[] {
  return [...heads.map(({ text }) => text), ...(page ? arrivalOn(page) : [])];
}

function arrivalOn(page: Page): string[] {
  return page.isText ? linesFrom(page, page.at, linesOnArrival, false) : [placed(page, page.at)];
}

function linesFrom(page: Page, from: number, most: number, isPlaced: boolean): string[] {
  const to = Math.min(page.count, from + most);
  const lines = Array.from({ length: to - from }, (_, index) =>
    isPlaced ? placed(page, from + index) : page.line(from + index).text,
  );
  const left = page.count - to;
  return left > 0 ? [...lines, `${left} more lines; Down goes on one by one.`] : lines;
}

function placed(page: Page, index: number): string {
  return `${index + 1} of ${page.count}: ${page.line(index).text}`;
}

function changesOf(before: Reading, now: Reading): string[] {
  const changes = [...changesIn(before.heads, now.heads), ...changesOn(before.page, now.page)];
  const hasLeftField = before.field !== null && now.field === null;
  // whoever has typed is told where that leads back to
  return changes.length === 0 && hasLeftField && now.page
    ? [placed(now.page, now.page.at)]
    : changes;
}

function changesIn(before: readonly Sentence[], now: readonly Sentence[]): string[] {
  const known = new Map(before.map((sentence) => [sentence.key, sentence]));
  const kept = new Set(now.map(({ key }) => key));
  const gone = before.flatMap(({ key, gone }) => (kept.has(key) || !gone ? [] : [gone]));
  const changed = now.filter((sentence) => isNews(known.get(sentence.key), sentence));
  return [...gone, ...changed.map(({ text }) => text)];
}

function isNews(before: Sentence | undefined, now: Sentence): boolean {
  const { when = now.text } = now;
  if (when === null) return false;
  return before === undefined || (before.when === undefined ? before.text : before.when) !== when;
}

function changesOn(before: Page | null, now: Page | null): string[] {
  if (!now) return [];
  if (!before || before.isText !== now.isText) return arrivalOn(now);
  const [was, is] = [before.line(before.at), now.line(now.at)];
  const isElsewhere = now.isText ? before.at !== now.at : was.key !== is.key;
  if (isElsewhere || (was.key === comingKey && is.key !== comingKey)) return [placed(now, now.at)];
  return now.isText ? changedLines(before, now) : changesIn([was], [is]);
}

/** The key of a line that is still asked for. */
export const comingKey = 'coming';

/** Lines that say something else now; those that came are not told of, nor those that went. */
function changedLines(before: Page, now: Page): string[] {
  const linesOf = (page: Page) =>
    Array.from({ length: Math.min(page.count, watchedLines) }, (_, index) => page.line(index));
  const known = linesOf(before);
  const keys = new Set(known.map(({ key }) => key));
  return changesIn(
    known,
    linesOf(now).filter(({ key }) => keys.has(key)),
  );
}

function newEvents(before: readonly EngineEvent[], now: readonly EngineEvent[]): string[] {
  const last = before.at(-1)?.id ?? 0;
  const since = now.filter(({ id, askedBy }) => id > last && askedBy !== ownName);
  const texts = since.map(({ text, level, askedBy }) => {
    const asker = askedBy === null ? '' : `, asked for by the ${askedBy}`;
    return `${level === 'info' ? 'News' : capital(level)}: ${text}${asker}.`;
  });
  if (texts.length <= mostEventsAtOnce) return texts;
  return [`${texts.length} things happened; L lists them. The last: ${texts.at(-1)}`];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
