import { chunkOf, FIRST_GENERATION } from '../folds/chunks.ts'
import { readTotals } from '../folds/month-totals.ts'
import { type Part, readPart, type SnapshotsTable, totalsPart, usersPart } from './snapshots-table.ts'

/** The chunk of users that somebody lies in. */
export interface ReadChunk {
  readonly generation: number
  readonly chunk: number
  /** `undefined`: none of its users spent anything up to the cursor. */
  readonly part: Part | undefined
}

/**
 * Reads the chunk of a user: by the generation that the totals name. A chunk that is not there may have been cleared away
 * since the totals were read, so they are read once more: only then it says that nothing was spent.
 */
export async function readChunkOf(
  snapshots: SnapshotsTable,
  account: string,
  month: string,
  user: string,
): Promise<ReadChunk> {
  let generation = await generationOfMonth(snapshots, account, month)
  for (;;) {
    const chunk = chunkOf(user, generation)
    const part = await readPart(snapshots, account, usersPart(month, generation, chunk))
    if (part !== undefined) return { generation, chunk, part }
    const newest = await generationOfMonth(snapshots, account, month)
    if (newest === generation) return { generation, chunk, part }
    generation = newest
  }
}

/** The generation of a month's chunks. */
export async function generationOfMonth(snapshots: SnapshotsTable, account: string, month: string): Promise<number> {
  const totals = await readPart(snapshots, account, totalsPart(month))
  return totals === undefined ? FIRST_GENERATION : readTotals(totals.text).generation
}
