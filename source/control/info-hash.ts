/** The info hash by which requests mean exactly this publication: v1's, or v2's if it has no other. */
export function infoHashOfEither({
  infoHash,
  infoHashV2,
}: {
  infoHash: string | null;
  infoHashV2: string | null;
}): string {
  return infoHash ?? infoHashV2 ?? '';
}
