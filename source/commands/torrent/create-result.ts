import { formatBytes } from '../../format/units.ts';
import type { Content } from '../../metainfo/content.ts';
import type { CreatedInfo, InfoPlan } from '../../metainfo/create.ts';
import { distinctTiers } from '../../metainfo/distinct-tiers.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import { encodeMagnet } from '../../metainfo/magnet.ts';
import { formatFacts } from '../facts.ts';
import type { MetainfoFlags } from './metainfo-options.ts';

/** What a torrent would be, as `--dry-run --json` prints it. */
export function plannedResult(
  content: Content,
  { format, name, size, pieceLength, pieceCount }: InfoPlan,
  flags: MetainfoFlags,
  output: string,
) {
  return {
    name,
    size,
    files: content.files.length,
    pieceLength,
    pieces: pieceCount,
    format,
    private: flags.private ?? false,
    path: content.path,
    torrent: output,
    leftOut: content.leftOut.map(({ path, reason }) => ({ path: path.join('/'), reason })),
  };
}

/** A torrent that was made, as `--json` prints it. */
export function createdResult(
  content: Content,
  created: CreatedInfo,
  flags: MetainfoFlags,
  output: string,
) {
  const { infoHash, infoHashV2, name, size } = created;
  return {
    infoHash: infoHash && infoHashHex(infoHash),
    infoHashV2: infoHashV2 && infoHashHex(infoHashV2),
    magnet: encodeMagnet({
      infoHash,
      infoHashV2,
      name,
      size,
      trackers: distinctTiers(flags.tracker ?? []).flat(),
      webSeeds: flags.webSeed ?? [],
    }),
    ...plannedResult(content, created, flags, output),
  };
}

export function plannedText(plan: ReturnType<typeof plannedResult>): string {
  return formatFacts([['would make', plan.torrent], ...plannedFacts(plan)]);
}

export function createdText(result: ReturnType<typeof createdResult>): string {
  const { infoHash, infoHashV2 } = result;
  return formatFacts([
    ['torrent', result.torrent],
    ...(infoHash ? [['info hash', infoHash] as const] : []),
    ...(infoHashV2 ? [['v2 info hash', infoHashV2] as const] : []),
    ...plannedFacts(result),
    ['magnet', result.magnet],
  ]);
}

function plannedFacts(plan: ReturnType<typeof plannedResult>) {
  return [
    ['name', plan.name],
    ['format', plan.format],
    ['size', `${formatBytes(plan.size)} (${plan.size} bytes)`],
    ['files', String(plan.files)],
    ['pieces', `${plan.pieces} of ${formatBytes(plan.pieceLength)}`],
  ] as const;
}
