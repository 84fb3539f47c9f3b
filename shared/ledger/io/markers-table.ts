import type { Table } from '../../aws/table.ts'
import { type Identity, identityKey } from '../entries/identity.ts'

/** The markers table: put if absent, moved up if unchanged. A marker is never deleted: it is what makes an identity last for ever. */
export type MarkersTable = Table

/** The identity's entry is written, if at all, in a page of `account` after `seq`. */
export interface Marker {
  readonly account: string
  readonly seq: number
  readonly epoch: number
}

const keyOf = (identity: Identity) => ({ identity: identityKey(identity) })

/**
 * Claims an identity before its entry is written. @returns the stored marker
 *
 * It is ours if there was none, also when the answer to our own first try was lost.
 */
export async function claimMarker(table: MarkersTable, identity: Identity, marker: Marker): Promise<Marker> {
  const put = await table.putOnce(keyOf(identity), { ...marker })
  return put.kind === 'put' ? marker : markerOf(put.standing)
}

/** The marker of an identity; `undefined`: no writer claimed it. */
export async function readMarker(table: MarkersTable, identity: Identity): Promise<Marker | undefined> {
  const item = await table.get(keyOf(identity))
  return item && markerOf(item)
}

/**
 * Moves a marker up to a page to which the entry's absence was proven, so that a search that ran out of time has got on.
 *
 * Where another writer moved it in between, it stays: both say the truth.
 */
export async function moveMarker(
  table: MarkersTable,
  identity: Identity,
  from: Marker,
  to: Pick<Marker, 'seq' | 'epoch'>,
): Promise<void> {
  await table.updateIf(keyOf(identity), 'SET seq = :to, epoch = :toEpoch', 'seq = :from AND epoch = :epoch', {
    from: from.seq,
    epoch: from.epoch,
    to: to.seq,
    toEpoch: to.epoch,
  })
}

const markerOf = (item: Readonly<Record<string, unknown>>): Marker => ({
  account: String(item['account']),
  seq: Number(item['seq']),
  epoch: Number(item['epoch']),
})
