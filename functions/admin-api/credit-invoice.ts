import type { TopUpEntry } from '../../shared/account-log/entry.ts'
import { identityOf } from '../../shared/account-log/identity.ts'
import { amountText, type Credits } from '../../shared/money/amounts.ts'
import { putTopUp } from '../../shared/store/top-ups-table.ts'
import { newTopUp } from '../../shared/top-ups/new-top-up.ts'
import { quote } from '../../shared/top-ups/quote.ts'
import type { Origin, TopUp } from '../../shared/top-ups/top-up.ts'
import { commitOne } from './commit-one.ts'
import { rangeRefusal } from './in-range.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'

export interface Invoice {
  readonly account: string
  /** Of its top-up. */
  readonly id: string
  readonly origin: Extract<Origin, { readonly kind: 'invoice' }>
  readonly credits: Credits
}

/**
 * Credits an invoice, once for its number: the entry first, made of the request alone, and the record after what the log has.
 *
 * So an invoice that was refused leaves nothing behind, and its number may be sent again with what is right.
 *
 * @throws Problem where the number was credited with another amount or day
 */
export async function creditInvoice(invoice: Invoice, setting: Setting): Promise<TopUp> {
  const { account, id, origin, credits } = invoice
  const { services, tools } = setting
  const price = quote(services.purchases, credits)
  const entry: TopUpEntry = {
    ...{ kind: 'top-up', key: id, actor: origin.actor, at: tools.now(), provider: 'invoice' },
    ...{ payment: `${account}/${origin.reference}`, of: undefined, month: '', paid: price.total, credits },
  }
  const page = await commitOne(
    account,
    setting,
    {
      identity: identityOf(entry, account),
      boundAt: undefined,
      differenceFrom: (other) => (other.kind === 'top-up' && other.credits.eq(credits) ? [] : ['amount']),
      dependsOnHead: true,
      settle: (head) => {
        const refusal = rangeRefusal(head, credits)
        return refusal === undefined ? { kind: 'entry', entry } : { kind: 'refused', refusal }
      },
    },
    () => creditedBefore(invoice, 'amount'),
  )
  const { at } = page.entries.find((one): one is TopUpEntry => one.kind === 'top-up' && one.key === id) ?? entry
  const billing = await services.billing(account)
  const standing = await putTopUp(services.topUps, {
    ...newTopUp({ ...invoice, price, billing, at }),
    ...{ status: 'credited', payment: origin.reference, paidAt: at, page: page.header.seq },
  })
  if (standing.origin.kind !== 'invoice' || standing.origin.dueOn !== origin.dueOn)
    throw creditedBefore(invoice, 'dueOn')
  return standing
}

function creditedBefore({ account, origin, credits }: Invoice, differs: 'amount' | 'dueOn'): Problem {
  const given = differs === 'amount' ? `${amountText(credits).eur} €` : `due on ${origin.dueOn}`
  return new Problem(
    'invoice.credited-before',
    `invoice ${origin.reference} of ${account} is credited already, and not with ${given}; GET /v1/accounts/${account}/top-ups?origin=invoice shows it; put right what is wrong by an adjustment`,
  )
}
