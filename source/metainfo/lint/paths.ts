import { isUtf8 } from 'node:buffer';
import { isBelievedComponent } from '../believed-path.ts';
import { type ClaimedFile, contentFiles, type Survey } from '../survey.ts';
import { type Finding, quoted, type Rule, when } from './finding.ts';

/** Every path there is, the name as the first component of none: it is one by itself. */
function allPaths({ name, v1Files, v2Files }: Survey): string[][] {
  const files = [...(v1Files ?? []), ...(v2Files ?? [])];
  // Padding is on no disk, and may have no path.
  const named = files.filter(({ path, padding }) => !padding || path.length > 0);
  return [...(name === null ? [] : [[name]]), ...named.map((file) => file.path)];
}

/** Finds paths that a test holds of, each once, though v1 and v2 may both have it. */
function pathsWhere(survey: Survey, test: (path: string[]) => boolean): string[][] {
  const found = new Map<string, string[]>();
  for (const path of allPaths(survey)) if (test(path)) found.set(path.join('/'), path);
  return [...found.values()];
}

const isAbsolute = ([first, second]: readonly string[]) =>
  first?.startsWith('/') || (first === '' && second !== undefined);

export const absolutePaths: Rule = (survey) =>
  pathsWhere(survey, (path) => Boolean(isAbsolute(path))).map((path) => ({
    severity: 'error',
    rule: 'path-absolute',
    message: `the path ${quoted(path)} is absolute`,
  }));

export const unsafePaths: Rule = (survey) =>
  pathsWhere(
    survey,
    (path) => !isAbsolute(path) && (path.length === 0 || !path.every(isBelievedComponent)),
  ).map((path) => ({
    severity: 'error',
    rule: 'path-unsafe',
    message: `the path ${quoted(path)} is no path of a file in the content`,
  }));

export const missingName: Rule = ({ name }) =>
  when(name === null, 'error', 'name-missing', 'it has no name');

export const duplicatePaths: Rule = (survey) => {
  const taken = new Set<string>();
  return contentFiles(survey).flatMap(({ path }) => {
    const joined = path.join('/');
    const again = taken.has(joined);
    taken.add(joined);
    return when(again, 'error', 'path-duplicate', `two files have the path ${quoted(path)}`);
  });
};

export const filesThatAreFolders: Rule = (survey) => {
  const files = contentFiles(survey);
  const paths = new Set(files.map(({ path }) => path.join('/')));
  const found = new Map<string, Finding>();
  for (const { path } of files) {
    let end = -1;
    const joined = path.join('/');
    for (;;) {
      end = joined.indexOf('/', end + 1);
      if (end < 0 || end > mostPathCharacters) break;
      const folder = joined.slice(0, end);
      if (!paths.has(folder)) continue;
      found.set(folder, {
        severity: 'error',
        rule: 'path-file-and-folder',
        message: `${quoted([folder])} is both a file and a folder`,
      });
    }
  }
  return [...found.values()];
};

/** Linux takes no longer ones; looking further would make a hostile path expensive. */
const mostPathCharacters = 4096;

/** Names that differ to BitTorrent and Linux, and are one to macOS and Windows. */
export const collidingPaths: Rule = (survey) => {
  const taken = new Map<string, string>();
  return contentFiles(survey).flatMap(({ path }) => {
    const joined = path.join('/');
    const folded = joined.normalize('NFC').toLowerCase();
    const other = taken.get(folded) ?? joined;
    taken.set(folded, other);
    return when(
      other !== joined,
      'warning',
      'path-collision',
      `${quoted(path)} and ${quoted([other])} are one file on Windows and macOS`,
    );
  });
};

const reservedNames = /^(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(\.|$)/i;

const isBadOnWindows = (name: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  reservedNames.test(name) || /[<>:"|?*\\\u0001-\u001f]|[. ]$/.test(name);

export const windowsNames: Rule = (survey) =>
  pathsWhere(survey, (path) =>
    path.some((name) => !/^\.*$/.test(name) && isBadOnWindows(name)),
  ).map((path) => ({
    severity: 'warning',
    rule: 'path-windows',
    message: `${quoted(path)} cannot have that name on Windows`,
  }));

const mostNameBytes = 255;

export const longNames: Rule = (survey) =>
  pathsWhere(survey, (path) => path.some((name) => Buffer.byteLength(name) > mostNameBytes)).map(
    (path) => ({
      severity: 'warning',
      rule: 'path-long',
      message: `a name in ${quoted(path)} is longer than ${mostNameBytes} bytes`,
    }),
  );

export const pathsNotUtf8: Rule = (survey) => {
  const isText = (file: ClaimedFile) => file.rawPath.every((name) => isUtf8(name));
  const inFiles = contentFiles(survey).filter((file) => !isText(file));
  return [
    ...when(
      survey.rawName !== null && !isUtf8(survey.rawName),
      'warning',
      'name-not-utf8',
      'its name is not UTF-8: everybody reads it differently',
    ),
    ...inFiles.map(
      ({ path }): Finding => ({
        severity: 'warning',
        rule: 'path-not-utf8',
        message: `the path ${quoted(path)} is not UTF-8: everybody reads it differently`,
      }),
    ),
  ];
};
