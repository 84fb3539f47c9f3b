import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { type Identity, identityKey } from '../../../../shared/ledger/entries/identity.ts'
import { readPages } from '../../../../shared/ledger/io/log-table.ts'
import { pack, toItem, unpack } from '../../../../shared/ledger/io/page-item.ts'
import { bodyHash, type Page, type PageHeader, pageHash } from '../../../../shared/ledger/page/page.ts'
import { pageAfter } from '../../../world/pages.ts'
import type { Stack } from './verified-log.ts'

export type Item = Record<string, AttributeValue>

/** What no part of Groschen can do to stored items. */
export interface Damage {
  readonly pages: (account: string) => Promise<readonly Page[]>
  /** Changes an attribute or two of a page as it is stored; nothing else, no hash. */
  readonly page: (account: string, seq: number, change: (item: Item) => Item) => Promise<void>
  readonly losePage: (account: string, seq: number) => Promise<void>
  /** Forges a page, and the hashes and totals of it and of all pages behind it. */
  readonly forge: (account: string, seq: number, forgery: Forgery) => Promise<void>
  readonly marker: (identity: Identity, marker: Item | undefined) => Promise<void>
  readonly snapshot: (account: string, part: string, change: (item: Item) => Item | undefined) => Promise<void>
  readonly record: (account: string, change: (item: Item) => Item | undefined) => Promise<void>
  readonly stop: () => void
}

interface Forgery {
  readonly entries?: (entries: readonly Entry[]) => readonly Entry[]
  readonly header?: (header: PageHeader) => Partial<PageHeader>
}

export function damageTo({ tables, stored }: Stack): Damage {
  const client = new DynamoDBClient({})
  const pages: Damage['pages'] = (account) => readPages(stored.log, account, { from: 1, to: Number.MAX_SAFE_INTEGER })

  const change = async (TableName: string, Key: Item, to: (item: Item) => Item | undefined): Promise<void> => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
    const changed = to(Item ?? {})
    if (changed === undefined) await client.send(new DeleteItemCommand({ TableName, Key }))
    else await client.send(new PutItemCommand({ TableName, Item: { ...changed, ...Key } }))
  }
  const keyOf = (account: string, seq: number): Item => ({ account: { S: account }, seq: { N: String(seq) } })

  const forge: Damage['forge'] = async (account, seq, { entries = (same) => same, header = () => ({}) }) => {
    const all = await pages(account)
    const opening = all[0]?.entries[0]
    const settings = opening?.kind === 'open' ? opening.settings : { lowBalanceLevels: [] }
    let before = all.find((page) => page.header.seq === seq - 1)
    for (const page of all.filter((one) => one.header.seq >= seq)) {
      const forged = page.header.seq === seq ? entries(page.entries) : page.entries
      const { writtenAt, nonce } = page.header
      const next = pageAfter(before, account, forged, { settings, writtenAt, nonce })
      const forgedHeader = { ...next.header, ...(page.header.seq === seq && header(next.header)) }
      before = { ...next, header: forgedHeader, hash: pageHash(forgedHeader, bodyHash(next.body)) }
      await tables.documents.send(new PutCommand({ TableName: stored.log.name, Item: toItem(before) }))
    }
  }

  return {
    pages,
    page: (account, seq, to) => change(stored.log.name, keyOf(account, seq), to),
    losePage: (account, seq) => change(stored.log.name, keyOf(account, seq), () => undefined),
    forge,
    marker: (identity, marker) => change(stored.markers.name, { identity: { S: identityKey(identity) } }, () => marker),
    snapshot: (account, part, to) => change(stored.snapshots.name, { account: { S: account }, part: { S: part } }, to),
    record: (account, to) => change(stored.accounts.name, { account: { S: account }, record: { S: 'account' } }, to),
    stop: () => client.destroy(),
  }
}

export const flipByte = (bytes: Uint8Array | undefined, place: number): Uint8Array =>
  (bytes ?? new Uint8Array()).map((byte, index) => (index === place ? byte ^ 1 : byte))

/** A packed snapshot with a part of its text replaced. */
export function repack({ packed, ...item }: Item, what: RegExp, by: string): Item {
  const text = unpack(packed?.B ?? new Uint8Array(), 1_000_000)
  if (!what.test(text)) throw new Error(`${text} has no ${what}`)
  return { ...item, packed: { B: pack(text.replace(what, by)) } }
}
