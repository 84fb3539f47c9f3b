import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { Problem } from '../../errors/problems.ts'
import type { Identity } from '../../ledger/entries/identity.ts'
import { paymentIdentity, type TopUpEntry } from '../../ledger/entries/top-up.ts'
import { type Against, rangeRefusal } from '../../ledger/io/commit/commit-credit.ts'
import { commitOne } from '../../ledger/io/commit/commit-one.ts'
import { proposalOnHead } from '../../ledger/io/commit/proposal.ts'
import { amountText } from '../../money/amounts.ts'
import { putTopUp } from '../../top-ups/io/top-ups-table.ts'
import { quoteInvoice } from '../../top-ups/quote.ts'
import { newTopUp, wantedId } from '../../top-ups/top-up.ts'
import type { AskedInvoice } from '../approval.ts'
import type { Crediting, WrittenCredit } from './crediting.ts'

/** An invoice is credited once for its number. */
export const invoiceIdentity = (account: string, reference: string): Identity =>
  paymentIdentity(PROVIDER, paymentOf(account, reference))

const PROVIDER = 'invoice'
const paymentOf = (account: string, reference: string): string => `${account}/${reference}`

/**
 * Credits an invoice, once for its number: the entry first, made of the request alone, and the record after what the log has.
 *
 * So a refused invoice leaves nothing behind, and its number may be sent again, corrected.
 *
 * A credited invoice stays credited: sent again, it is found, also where a new one would be refused.
 *
 * @throws Problem where the number was credited with another amount or day, or `refusal`
 */
export async function creditInvoice(
  account: string,
  invoice: AskedInvoice,
  setting: Crediting,
  { refusal }: Against,
): Promise<WrittenCredit> {
  const { key, actor, approvedBy, reference, dueOn, credits } = invoice
  const { services, tools } = setting
  const id = wantedId('invoice', toBase64Url(sha256(`invoice\0${account}\0${reference}`), 12))
  const price = quoteInvoice(services.purchases, credits)
  const entry: TopUpEntry = {
    kind: 'top-up',
    key: id,
    actor,
    approvedBy,
    at: tools.now(),
    provider: PROVIDER,
    payment: paymentOf(account, reference),
    of: undefined,
    month: '',
    paid: price.total,
    credits,
  }
  const proposal = proposalOnHead(account, entry, (head) => refusal ?? rangeRefusal(head, credits), {
    differenceFrom: (other) => (other.kind === 'top-up' && other.credits.eq(credits) ? [] : ['amount']),
  })
  const page = await commitOne(account, setting, proposal, () => creditedBefore(account, invoice, 'amount'))
  const position = page.entries.findIndex((one) => one.kind === 'top-up' && one.key === id)
  const written = page.entries[position]
  if (written?.kind !== 'top-up') throw new Error(`page ${page.header.seq} of ${account} does not hold ${id}`)
  const origin = { kind: 'invoice', key, actor, reference, dueOn } as const
  const billing = await services.billing(account)
  const standing = await putTopUp(services.topUps, {
    ...newTopUp({ account, id, origin, credits, price, billing, at: written.at }),
    status: 'credited',
    payment: reference,
    paidAt: written.at,
    page: page.header.seq,
  })
  if (standing.origin.kind !== 'invoice' || standing.origin.dueOn !== dueOn)
    throw creditedBefore(account, invoice, 'dueOn')
  return { kind: 'invoice', topUp: standing, place: { page: page.header.seq, position } }
}

function creditedBefore(
  account: string,
  { reference, dueOn, credits }: AskedInvoice,
  differs: 'amount' | 'dueOn',
): Problem {
  const given = differs === 'amount' ? `${amountText(credits).eur} €` : `due on ${dueOn}`
  return new Problem(
    'invoice.credited-before',
    `invoice ${reference} of ${account} is credited already, and not with ${given}; GET /v1/accounts/${account}/top-ups?origin=invoice shows it; put right what is wrong by an adjustment`,
  )
}
