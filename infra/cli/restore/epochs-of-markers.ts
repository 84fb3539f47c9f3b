import type { MarkersTable } from '../../../shared/store/markers-table.ts'
import { allMarkers } from '../verify/stored-markers.ts'

/** The latest epoch that a marker names, by account: the next one has to be greater. Reads every marker. */
export async function epochsOfMarkers(table: MarkersTable): Promise<ReadonlyMap<string, number>> {
  const epochs = new Map<string, number>()
  for await (const piece of allMarkers(table, undefined)) {
    for (const { account, epoch } of piece) epochs.set(account, Math.max(epochs.get(account) ?? 0, epoch))
  }
  return epochs
}
