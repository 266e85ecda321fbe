import { EverseedError } from '../../errors.ts';

/**
 * When a torrent says it was made, in seconds since the epoch; null for no date. What was asked for
 * comes first, then SOURCE_DATE_EPOCH, by which build tools fix dates, then the clock.
 *
 * @throws EverseedError `date-invalid` when SOURCE_DATE_EPOCH is not a number of seconds
 */
export function creationDate(
  asked: number | 'none' | false | undefined,
  environment: NodeJS.ProcessEnv,
): number | null {
  const date = askedDate(asked, environment);
  return date === undefined ? Math.floor(Date.now() / 1000) : date;
}

/** The same, but undefined where only the clock could tell. */
export function askedDate(
  asked: number | 'none' | false | undefined,
  environment: NodeJS.ProcessEnv,
): number | null | undefined {
  if (asked === 'none' || asked === false) return null;
  if (asked !== undefined) return asked;
  const fixed = environment['SOURCE_DATE_EPOCH'];
  if (fixed === undefined || fixed === '') return undefined;
  if (/^\d{1,12}$/.test(fixed)) return Number(fixed);
  throw new EverseedError(
    'date-invalid',
    `SOURCE_DATE_EPOCH is ${JSON.stringify(fixed)}, which is no number of seconds: correct or unset it, or use --date`,
  );
}
