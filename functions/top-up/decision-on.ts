import { readTimeZone } from '../../shared/ledger/io/account-index.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { settingsInForce } from '../../shared/ledger/io/settings-in-force.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { noTally, type TopUpPlace } from '../../shared/ledger/tally/top-up-state.ts'
import { monthOf } from '../../shared/time/month-of.ts'
import { type Decision, decideTopUp } from '../../shared/top-ups/decide-top-up.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Whether a top-up is paid, as things stand: asked before each payment is begun, not only the first time. `wait`: no card is
 * charged in a restored log that was not reconciled.
 *
 * An automatic one is judged by the log's head, which is read after it was opened: nothing that counts can be missing.
 */
export async function decisionOn(
  ports: Pick<Ports, 'log' | 'accounts'>,
  topUp: TopUp,
  hasMethod: boolean,
  { now }: Pick<Working, 'now'>,
): Promise<Decision | { readonly kind: 'wait' }> {
  const { account, origin, price, askedAt } = topUp
  const head = await readHead(ports.log, account)
  if (origin.kind !== 'automatic') {
    if (isReconciling(head)) return { kind: 'wait' }
    // Neither the log nor its caps know of it: whoever wanted it died in between, or was refused.
    const pending = head?.header.tally?.bought?.pending ?? []
    if (origin.kind === 'manual' && origin.counted && pending.every(({ id }) => id !== topUp.id))
      return { kind: 'skip', reason: 'cap-reached' }
    return hasMethod ? { kind: 'pay' } : { kind: 'skip', reason: 'no-payment-method' }
  }
  const timeZone = await readTimeZone(ports.accounts, account)
  if (head === undefined || timeZone === undefined) throw new Error(`account ${account} has no log or no record`)
  const { balance, tally = noTally } = head.header
  // Ended by somebody whose record got lost.
  if (!isOpenAt(head, origin.of)) return { kind: 'skip', reason: 'not-needed' }
  // What it was opened for may have been paid already.
  if (isReconciling(head)) return { kind: 'wait' }
  const { autoTopUp } = await settingsInForce(ports.log, head)
  const at = now()
  // By the month that its credit is counted in.
  const month = monthOf(askedAt ?? at, timeZone)
  return decideTopUp({ auto: autoTopUp, balance, tally, price, now: at, ...month, hasMethod })
}

/** Whether the log still waits for the outcome of this automatic top-up. */
export async function isAwaited({ log }: Pick<Ports, 'log'>, { account, origin }: TopUp): Promise<boolean> {
  if (origin.kind !== 'automatic') return false
  const head = await readHead(log, account)
  return head !== undefined && isOpenAt(head, origin.of)
}

const isReconciling = (head: Page | undefined): boolean => head?.header.tally?.reconciling !== undefined

const isOpenAt = ({ header: { topUp } }: Page, of: TopUpPlace): boolean => topUp.kind === 'open' && topUp.of === of
