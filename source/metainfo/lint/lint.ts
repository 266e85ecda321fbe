import type { Survey } from '../survey.ts';
import type { Finding, Rule, Severity } from './finding.ts';
import * as outer from './outer.ts';
import * as paths from './paths.ts';
import * as pieces from './pieces.ts';
import * as versions from './versions.ts';

/** Every rule, in the order in which findings of one severity are told. */
const rules: readonly Rule[] = [
  paths.missingName,
  paths.absolutePaths,
  paths.unsafePaths,
  paths.duplicatePaths,
  paths.filesThatAreFolders,
  pieces.missingPieceLength,
  pieces.fileLengths,
  pieces.oddPieceLength,
  pieces.pieceCount,
  versions.metaVersion,
  versions.hybridsThatDisagree,
  versions.pieceLayers,
  versions.wrongPadding,
  versions.equalPadding,
  versions.readersOfV1,
  versions.folderOfOne,
  pieces.largePieceLength,
  pieces.manyPieces,
  paths.pathsNotUtf8,
  paths.windowsNames,
  paths.collidingPaths,
  paths.longNames,
  outer.canonicalBencode,
  outer.noTrackers,
  outer.trackerUrls,
  outer.announceUnlisted,
  outer.repeatedTrackers,
  outer.webSeedUrls,
  outer.privateFlag,
  outer.creationDate,
];

const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** A hundred thousand bad paths are told by the first few. */
const mostOfARule = 10;

/** What is odd about a torrent, errors first. It has errors if and only if it is not believed. */
export function lint(survey: Survey): Finding[] {
  const findings = rules.flatMap((rule) => atMost(rule(survey)));
  const known = findings.some(({ severity }) => severity === 'error');
  const all = known ? findings : [...outer.unbelieved(survey), ...findings];
  return severities.flatMap((wanted) => all.filter(({ severity }) => severity === wanted));
}

function atMost(findings: Finding[]): Finding[] {
  const last = findings[mostOfARule];
  if (!last) return findings;
  const more = findings.length - mostOfARule;
  return [...findings.slice(0, mostOfARule), { ...last, message: `and ${more} more like that` }];
}
