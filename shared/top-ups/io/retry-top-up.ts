import { Problem } from '../../errors/problems.ts'
import type { TopUpRetryEntry } from '../../ledger/entries/top-up.ts'
import { noSuchAccount } from '../../ledger/io/accounts-table.ts'
import { type Committing, commitOne } from '../../ledger/io/commit/commit-one.ts'
import { proposalOf } from '../../ledger/io/commit/proposal.ts'
import { type LogTable, readHead } from '../../ledger/io/log-table.ts'
import { OF_NO_PAGE, type TopUpState } from '../../ledger/tally/top-up-state.ts'
import { instantText } from '../../time/instant.ts'
import { automaticId } from '../top-up.ts'
import { stopOf } from '../top-up-stops.ts'
import { readTopUp, type TopUpsTable } from './top-ups-table.ts'

interface Retrying extends Committing {
  readonly services: Committing['services'] & { readonly log: LogTable; readonly topUps: TopUpsTable }
}

/**
 * Lets automatic top-up go on at an admin's word: ends a wait and a suspension, and lifts a stop in any state.
 *
 * @returns the state after it
 * @throws Problem where there is nothing to try again, and what the store throws
 */
export async function retryTopUp(
  account: string,
  made: Pick<TopUpRetryEntry, 'key' | 'actor' | 'at'>,
  setting: Retrying,
): Promise<TopUpState> {
  const { log, topUps } = setting.services
  const head = await readHead(log, account)
  if (head === undefined) throw noSuchAccount(account)
  const { topUp } = head.header
  const of = topUp.kind === 'waiting' || topUp.kind === 'suspended' ? topUp.of : OF_NO_PAGE
  const reason = (await waitedFor(account, topUp, topUps)) ?? 'there is nothing to try again'
  const detail = `automatic top-up of ${account} is ${topUp.kind}; ${reason}`
  const entry: TopUpRetryEntry = { kind: 'top-up-retry', ...made, of, cause: 'admin' }
  const proposal = proposalOf<Problem>(account, entry, {
    settle: () =>
      of === OF_NO_PAGE && stopOf(head.header) === undefined
        ? { kind: 'refused', refusal: new Problem('top-up.nothing-to-retry', detail) }
        : { kind: 'entry', entry },
  })
  const page = await commitOne(account, setting, proposal)
  return page.header.topUp
}

/** What an open top-up waits for a person to do, or what a restored log waits for. */
async function waitedFor(account: string, state: TopUpState, topUps: TopUpsTable): Promise<string | undefined> {
  if (state.kind === 'reconciling')
    return 'the log was restored, and it goes on by itself once every payment was held against it'
  if (state.kind !== 'open') return undefined
  const topUp = await readTopUp(topUps, account, automaticId(state.of))
  if (topUp?.status !== 'needs-action' || topUp.checkout === undefined) return undefined
  const { url, expiresAt } = topUp.checkout
  return `${topUp.id} waits until ${instantText(expiresAt)} for a payment on ${url}, with any card; after that it is tried again`
}
