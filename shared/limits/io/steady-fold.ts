import { SnapshotMoved } from '../../spend/errors.ts'
import type { FoldAtHead, WarmFolds } from './warm-folds.ts'

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

/**
 * Reads something of an account's fold, again and again until no part of it stands further on than its head; warm, that is one
 * Query.
 *
 * @param maxAgeMs a fold that was at the head so recently will do, the first time
 * @param read `undefined`: something moved while it was read
 * @returns `undefined` for an account without a log
 * @throws BrokenChain
 */
export async function steadyFold<T>(
  folds: WarmFolds,
  account: string,
  maxAgeMs: number,
  read: (kept: FoldAtHead) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await folds.atHead(account, round === 0 ? maxAgeMs : 0)
    if (kept === undefined) return undefined
    const found = await read(kept)
    if (found !== undefined && kept.fold.furthest() <= kept.fold.seq()) return found
  }
  throw new SnapshotMoved(account)
}
