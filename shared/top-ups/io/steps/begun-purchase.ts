import { readHead, readPage, settingsInForce } from '../../../ledger/io/log-table.ts'
import { seqOfPlace } from '../../../ledger/tally/top-up-state.ts'
import type { Payment } from '../../../payments/payment.ts'
import { type Purchase, purchaseFor } from '../../automatic-purchase.ts'
import type { TopUp } from '../../top-up.ts'
import type { TopUpPorts } from '../top-up-ports.ts'

/**
 * What a payment of an automatic top-up buys, where the record of the top-up was lost after the payment began.
 *
 * A record made again takes its price from the settings and the month's room of now, and both may have changed since. The page
 * that opened the top-up says what it may buy: the purchase is the one that costs exactly what was paid.
 *
 * @returns `undefined`: no purchase has this price, or the record already knows its payment
 */
export async function begunPurchase(
  { log, purchases }: TopUpPorts,
  { account, origin, price, paidAt }: TopUp,
  { amount }: Payment,
): Promise<Purchase | undefined> {
  if (origin.kind !== 'automatic' || paidAt !== undefined || amount.eq(price.total)) return undefined
  const opened = await readPage(log, account, seqOfPlace(origin.of))
  const state = opened?.header.topUp
  if (opened === undefined || state?.kind !== 'open' || state.of !== origin.of) return undefined
  // The settings may have changed before the top-up was first looked at.
  for (const page of [opened, await readHead(log, account)]) {
    const { autoTopUp } = page === undefined ? {} : await settingsInForce(log, page)
    const begun = purchaseFor(purchases, autoTopUp, state.buys, amount)
    if (begun !== undefined) return begun
  }
  return undefined
}
