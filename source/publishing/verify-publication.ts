import { availableParallelism } from 'node:os';
import type { VerificationRow } from '../catalog/verification-table.ts';
import { EverseedError } from '../errors.ts';
import type { HashProgress } from '../metainfo/create.ts';
import { parsePublishedInfo } from '../metainfo/info.ts';
import type { FoundFile } from '../metainfo/verifying/inspect-files.ts';
import { type Verification, verifyContentAt } from '../metainfo/verifying/verify.ts';
import type { PublishingHost } from './publish.ts';
import { concludeVerification, createSuspicion } from './verified-content.ts';

export type VerifyingHost = Pick<
  PublishingHost,
  'catalog' | 'hashThreads' | 'now' | 'exclusively' | 'hashingTurns'
>;

export interface VerifyObserver {
  signal: AbortSignal;
  /** Others are hashed first. */
  onWaiting(): void;
  onVerifying(progress: HashProgress): void;
  /** Whether pieces with bytes of a file are to be read; all unless set. */
  isWanted?(found: FoundFile): boolean;
}

/**
 * Compares the content of a publication with its pieces, in its turn, and notes in the catalog what
 * that came to: which pieces are not good, and what its files look like now.
 *
 * @throws EverseedError `moved` when it is removed or served from elsewhere meanwhile
 */
export async function verifyPublication(
  host: VerifyingHost,
  id: number,
  { signal, onWaiting, onVerifying, isWanted }: VerifyObserver,
): Promise<{ verification: Verification; kept: VerificationRow }> {
  const { catalog } = host;
  return await host.hashingTurns({ signal, onWait: onWaiting }, async () => {
    const row = catalog.find(id);
    if (!row) throw movedError(`publication ${id} was removed`);
    const content = {
      info: parsePublishedInfo(catalog.info(id)),
      pieceLayers: catalog.pieceLayers(id),
    };
    const verification = await verifyContentAt(content, row.path, {
      signal,
      workers: host.hashThreads() || availableParallelism(),
      onProgress: onVerifying,
      ...(isWanted && { isWanted }),
      isSuspect: createSuspicion(catalog.files(id), row.createdAt),
    });
    return await host.exclusively(async () => {
      if (catalog.find(id)?.path !== row.path) {
        throw movedError(`${row.name} is not served from ${row.path} any more`);
      }
      const known = catalog.files(id);
      const { verifications } = catalog;
      const concluded = concludeVerification(verification, known, verifications.badPieces(id));
      const verifiedAt = host.now();
      verifications.note(id, { verifiedAt, ...concluded });
      const badPieces = concluded.badPieces.length;
      return { verification, kept: { verifiedAt, badPieces, pieces: row.pieceCount } };
    });
  });
}

function movedError(what: string): EverseedError {
  return new EverseedError('moved', `${what}: what was verified says nothing of it`);
}
