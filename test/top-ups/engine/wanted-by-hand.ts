import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import type { TopUpWantedEntry } from '../../../shared/ledger/entries/top-up.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { putTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { newTopUp } from '../../../shared/top-ups/top-up.ts'
import type { World } from './world.ts'

/** The purchase that `wantedByHand` makes. */
export const WANTED = 'manual-1'

/** An account with automatic top-up off, of which a person wants 100 € with the stored card; counted in the log, or not. */
export async function wantedByHand(world: World, lastFour: string, isCounted = true): Promise<string> {
  const account = await world.openAccount(lastFour)
  await world.putSettings(account, undefined)
  await world.topUp({ account })
  const origin = { kind: 'manual', key: 'k', actor: 'olga', by: 'method', counted: true } as const
  const bought = { credits: credits('10000'), price: quote(world.ports.purchases, credits('10000')) }
  const billing = { version: 0, language: 'de' } as const
  await putTopUp(world.ports.topUps, newTopUp({ account, id: WANTED, origin, ...bought, billing, at: Date.now() }))
  if (!isCounted) return account
  const paid = bought.price.total
  const entry: TopUpWantedEntry = { kind: 'top-up-wanted', key: WANTED, actor: 'olga', at: Date.now(), paid }
  const settle = () => ({ kind: 'entry' as const, entry })
  const proposal = { identity: identityOf(entry, account), boundAt: undefined, differenceFrom: () => [], settle }
  await world.freshPorts().writer.commit(account, [proposal], () => 60_000)
  return account
}
