import { isAbsolute } from 'node:path';
import type { Endpoint } from '../control/engine.ts';
import { errorCodes } from '../control/protocol.ts';
import type { PublishOptions } from '../control/publishing.ts';
import { RequestError } from './control-server.ts';

/**
 * The door for what clients send: each function takes the raw parameters of a request and gives
 * them typed, or throws the protocol's `invalid params`.
 */
export class Params {
  readonly #values: Record<string, unknown>;

  constructor(values: unknown) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw invalid('params must be an object');
    }
    this.#values = values as Record<string, unknown>;
  }

  text(name: string): string {
    return this.optionalText(name) ?? fail(`${name} must be a string`);
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(`${name} must be a string`);
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, least: number, most: number): number {
    return this.optionalInteger(name, least, most) ?? fail(`${name} must be a number`);
  }

  optionalInteger(name: string, least: number, most: number): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) {
      return Number(value);
    }
    throw invalid(`${name} must be a whole number from ${least} to ${most}`);
  }

  oneOf<const T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#values[name];
    return (
      choices.find((choice) => choice === value) ??
      fail(`${name} must be one of ${choices.join(', ')}`)
    );
  }

  boolean(name: string): boolean {
    const value = this.#values[name];
    return typeof value === 'boolean' ? value : fail(`${name} must be true or false`);
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.#optional(name, isBoolean);
  }

  /** A rate in bytes per second, or null. */
  rate(name: string): number | null {
    const value = this.#values[name];
    return value === null || isCount(value)
      ? value
      : fail(`${name} must be a number of bytes per second, or null`);
  }

  countOrNull(name: string): number | null {
    const value = this.#values[name];
    return value === null || isCount(value) ? value : fail(`${name} must be a number, or null`);
  }

  absolutePath(name: string): string {
    const path = this.text(name);
    return isAbsolute(path) && !path.includes('\0')
      ? path
      : fail(`${name} must be an absolute path`);
  }

  publishOptions(name: string): PublishOptions {
    const options = new Params(this.#values[name] ?? {});
    const format = options.optionalText('format');
    if (format !== undefined && format !== 'v1' && format !== 'v2' && format !== 'hybrid') {
      throw invalid('format must be v1, v2 or hybrid');
    }
    return dropUndefined({
      format,
      name: options.optionalText('name'),
      comment: options.optionalText('comment'),
      createdBy: options.#optional('createdBy', orNull(isText)),
      creationDate: options.#optional('creationDate', orNull(isDate)),
      source: options.optionalText('source'),
      private: options.#optional('private', isBoolean),
      superSeeding: options.#optional('superSeeding', isBoolean),
      pieceLength: options.#optional('pieceLength', Number.isSafeInteger as Check<number>),
      pieceCount: options.#optional('pieceCount', isCount),
      // A URL alone is a tier of its own: what clients sent before there were tiers.
      trackers: options
        .#optional('trackers', isTierList)
        ?.map((tier) => (typeof tier === 'string' ? [tier] : tier)),
      nodes: options.#optional('nodes', isNodeList),
      webSeeds: options.#optional('webSeeds', isTextList),
      updateUrl: options.optionalText('updateUrl'),
      similar: options.#optional('similar', isTextList),
      collections: options.#optional('collections', isTextList),
      include: options.#optional('include', isTextList),
      exclude: options.#optional('exclude', isTextList),
      hidden: options.#optional('hidden', isBoolean),
      junk: options.#optional('junk', isBoolean),
      symlinks: options.#optional('symlinks', isSymlinkRule),
    });
  }

  #optional<T>(name: string, check: Check<T>): T | undefined {
    const value = this.#values[name];
    if (value === undefined || check(value)) return value;
    throw invalid(`${name} is not of its type`);
  }
}

/** The last second of the year 9999. */
const lastDate = 253_402_300_799;

type Check<T> = (value: unknown) => value is T;

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isDate(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= lastDate;
}

function orNull<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

function isNodeList(value: unknown): value is Endpoint[] {
  return Array.isArray(value) && value.every(isEndpoint);
}

function isEndpoint(value: unknown): value is Endpoint {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port } = value as Partial<Endpoint>;
  return isText(host) && host !== '' && isCount(port) && port < 65_536;
}

function isTierList(value: unknown): value is (string | string[])[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' || isTextList(one));
}

function isSymlinkRule(value: unknown): value is NonNullable<PublishOptions['symlinks']> {
  return value === 'follow' || value === 'keep' || value === 'skip';
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function dropUndefined(options: { [K in keyof PublishOptions]: PublishOptions[K] | undefined }) {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as PublishOptions;
}

function invalid(message: string): RequestError {
  return new RequestError(errorCodes.invalidParams, message);
}

function fail(message: string): never {
  throw invalid(message);
}
