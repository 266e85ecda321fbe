import { getText } from '../../bencode/dictionary.ts';
import { nodeText } from '../../format/option-text.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import type { Finding } from '../../metainfo/lint/finding.ts';
import { encodeMagnet } from '../../metainfo/magnet.ts';
import { contentFiles, type Survey } from '../../metainfo/survey.ts';
import { formatFacts } from '../facts.ts';
import { fileTreeText } from './file-tree-text.ts';

/** The torrent as `--json` prints it; null is what it does not say. */
export function torrentFacts(survey: Survey) {
  const { name, infoHash, infoHashV2, trackers, webSeeds } = survey;
  const files = contentFiles(survey);
  const size = files.reduce((sum, { length }) => sum + (length ?? 0), 0);
  return {
    name,
    infoHash: infoHash && infoHashHex(infoHash),
    infoHashV2: infoHashV2 && infoHashHex(infoHashV2),
    format: formatOf(survey),
    size,
    files: files.map(({ path, length, executable, hidden, symlink, piecesRoot }) => ({
      path: path.join('/'),
      length,
      ...(executable ? { executable } : {}),
      ...(hidden ? { hidden } : {}),
      ...(symlink ? { symlink: symlink.join('/') } : {}),
      ...(piecesRoot ? { piecesRoot: infoHashHex(piecesRoot) } : {}),
    })),
    paddingFiles: (survey.v1Files ?? []).filter(({ padding }) => padding).length,
    pieceLength: survey.pieceLength,
    pieces: pieceCountOf(survey),
    private: survey.info.get('private') === 1,
    source: getText(survey.info, 'source') ?? null,
    comment: survey.comment,
    createdBy: survey.createdBy,
    creationDate: survey.creationDate,
    trackers,
    webSeeds,
    httpSeeds: survey.httpSeeds,
    nodes: survey.nodes.map(nodeText),
    updateUrl: survey.updateUrl,
    similar: survey.similar.map(infoHashHex),
    collections: survey.collections,
    magnet: encodeMagnet({ infoHash, infoHashV2, name, size, trackers: trackers.flat(), webSeeds }),
  };
}

function formatOf({ v1Files, v2Files }: Survey) {
  if (!v2Files) return 'v1';
  return v1Files ? 'hybrid' : 'v2';
}

function pieceCountOf({ pieces, pieceLength, v2Files }: Survey): number | null {
  if (pieces) return Math.floor(pieces.length / 20);
  if (!v2Files || !pieceLength || pieceLength < 0) return null;
  return v2Files.reduce((sum, { length }) => sum + Math.ceil((length ?? 0) / pieceLength), 0);
}

/** The same for people, with its files as a tree and what was found odd; safe to print. */
export function torrentText(survey: Survey, findings: readonly Finding[]): string {
  const described = torrentFacts(survey);
  const { pieces, pieceLength, creationDate } = described;
  const pieceText = pieceLength === null ? 'an unknown length' : formatBytes(pieceLength);
  const summary = formatFacts([
    ...fact('name', described.name),
    ...fact('info hash', described.infoHash),
    ...fact('v2 info hash', described.infoHashV2),
    ['format', described.format],
    ['size', `${formatBytes(described.size)} (${described.size} bytes)`],
    ['files', String(described.files.length)],
    ['pieces', `${pieces ?? '?'} of ${pieceText}`],
    ...fact('private', described.private ? 'yes' : null),
    ...fact('source', described.source),
    ...fact('comment', described.comment),
    ...fact('created by', described.createdBy),
    ...fact('created', creationDate === null ? null : dateText(creationDate)),
    ...described.trackers.map((tier, index) => [`tier ${index + 1}`, tier.join('  ')] as const),
    ...described.webSeeds.map((url) => ['web seed', url] as const),
    ...described.httpSeeds.map((url) => ['http seed', url] as const),
    ...described.nodes.map((node) => ['DHT node', node] as const),
    ...fact('update from', described.updateUrl),
    ...described.similar.map((hash) => ['similar to', hash] as const),
    ...described.collections.map((collection) => ['collection', collection] as const),
    ['magnet', described.magnet],
  ]);
  const odd = findings
    .map(({ severity, message }) => `${severity.padEnd(7)}  ${stripControls(message)}\n`)
    .join('');
  return `${summary}\n${fileTreeText(contentFiles(survey))}${odd && `\n${odd}`}`;
}

/** A line for what the torrent may or may not say. */
function fact(label: string, value: string | null): (readonly [string, string])[] {
  return value === null ? [] : [[label, value]];
}

/** `2026-11-23 04:44:10 UTC`. */
function dateText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
