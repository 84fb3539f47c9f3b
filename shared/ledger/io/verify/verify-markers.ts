import { setTimeout as wait } from 'node:timers/promises'
import { BatchGetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { type Identity, identityKey } from '../../entries/identity.ts'
import type { PageHeader } from '../../page/page.ts'
import type { Violation } from '../../verify/finding.ts'
import { findingsOfMarker, type MarkerPlace } from '../../verify/verify-coverage.ts'
import type { LogTable } from '../log-table.ts'
import type { MarkersTable } from '../markers-table.ts'
import { readHeadPlace } from '../stored-pages.ts'

type Head = Pick<PageHeader, 'seq' | 'cuts'>

/** Holds every marker, or those of one account, against the log it names; that an entry has its marker is seen from the entry. */
export async function verifyMarkers(
  { markers, log }: { readonly markers: MarkersTable; readonly log: LogTable },
  account: string | undefined,
  tell: (violation: Violation) => Promise<void>,
): Promise<void> {
  const heads = new Map<string, Head | undefined>()
  for await (const piece of allMarkers(markers, account)) {
    for (const { identity, ...marker } of piece) {
      const known = heads.get(marker.account)
      // A log may have grown since its head was read; a marker is never read before the page it names was written.
      if (known === undefined || findingsOfMarker(identity, marker, known).length > 0)
        heads.set(marker.account, await readHeadPlace(log, marker.account))
      const findings = findingsOfMarker(identity, marker, heads.get(marker.account))
      for (const finding of findings) await tell({ account: marker.account, page: marker.seq, ...finding })
    }
  }
}

/** A marker and its key. */
interface StoredMarker extends MarkerPlace {
  readonly identity: string
}

/** AWS: what one BatchGetItem may ask for. */
const KEYS_A_REQUEST = 100
const PAUSE_MS = 50

/** The markers of these identities, as far as there are any. */
export async function markersOf(
  table: MarkersTable,
  identities: readonly Identity[],
): Promise<ReadonlyMap<Identity, MarkerPlace>> {
  const byKey = new Map(identities.map((identity) => [identityKey(identity), identity]))
  const keys = [...byKey.keys()]
  const requests = Array.from({ length: Math.ceil(keys.length / KEYS_A_REQUEST) }, (_, n) =>
    getMarkers(table, keys.slice(n * KEYS_A_REQUEST, (n + 1) * KEYS_A_REQUEST)),
  )
  const markers = new Map<Identity, MarkerPlace>()
  for (const marker of (await Promise.all(requests)).flat()) {
    const identity = byKey.get(marker.identity)
    if (identity !== undefined) markers.set(identity, marker)
  }
  return markers
}

async function getMarkers(
  { documents, name }: MarkersTable,
  keys: readonly string[],
): Promise<readonly StoredMarker[]> {
  const markers: StoredMarker[] = []
  for (let asked: Record<string, unknown>[] = keys.map((identity) => ({ identity })); asked.length > 0; ) {
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [name]: { Keys: asked, ConsistentRead: true } } }),
    )
    markers.push(...(Responses?.[name] ?? []).map(fromItem))
    asked = UnprocessedKeys?.[name]?.Keys ?? []
    if (asked.length > 0) await wait(PAUSE_MS)
  }
  return markers
}

/** Every marker, or every one of an account, in pieces of at most 1 MB. */
export async function* allMarkers(
  table: MarkersTable,
  account: string | undefined,
): AsyncGenerator<readonly StoredMarker[]> {
  let after: Record<string, unknown> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new ScanCommand({
        TableName: table.name,
        ConsistentRead: true,
        ...(account !== undefined && {
          FilterExpression: 'account = :account',
          ExpressionAttributeValues: { ':account': account },
        }),
        ExclusiveStartKey: after,
      }),
    )
    yield Items.map(fromItem)
    after = LastEvaluatedKey
  } while (after !== undefined)
}

const fromItem = (item: Readonly<Record<string, unknown>>): StoredMarker => ({
  identity: String(item['identity']),
  account: String(item['account']),
  seq: Number(item['seq']),
  epoch: Number(item['epoch']),
})
