import { anchorsOf, BrokenCheckpoint, type CheckpointBucket, findCheckpoint } from '../checkpoints.ts'
import type { MarkersTable } from '../markers-table.ts'

import { allMarkers } from '../verify/verify-markers.ts'
import { type Archive, archivedAccounts } from './page-archive.ts'

/**
 * Every account that markers, the archive or the newest checkpoint know, with the latest epoch that they name: the next
 * one must be greater. It finds accounts that the tables have lost, too. Reads every marker.
 */
export async function knownEpochs({
  markers,
  archive,
  checkpoints,
}: {
  readonly markers: MarkersTable
  readonly archive: Archive
  readonly checkpoints: CheckpointBucket
}): Promise<ReadonlyMap<string, number>> {
  const epochs = new Map<string, number>((await archivedAccounts(archive)).map((account) => [account, 0]))
  const learn = (account: string, epoch: number): void => {
    epochs.set(account, Math.max(epochs.get(account) ?? 0, epoch))
  }
  for await (const piece of allMarkers(markers, undefined))
    for (const { account, epoch } of piece) learn(account, epoch)
  const checkpoint = await findCheckpoint(checkpoints, undefined)
  if (checkpoint === undefined) return epochs
  try {
    for await (const { account, epoch } of anchorsOf(checkpoints, checkpoint)) learn(account, epoch)
  } catch (error) {
    // The log is restored without it: markers and archive know the epochs that matter.
    if (!(error instanceof BrokenCheckpoint)) throw error
  }
  return epochs
}
