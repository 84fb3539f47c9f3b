import type { TopUpEntry } from '../../shared/account-log/entry.ts'
import { identityOf } from '../../shared/account-log/identity.ts'
import { amountText, type Credits } from '../../shared/money/amounts.ts'
import { putTopUp } from '../../shared/store/top-ups-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { newTopUp } from '../../shared/top-ups/new-top-up.ts'
import { quoteInvoice } from '../../shared/top-ups/quote.ts'
import type { Origin, TopUp } from '../../shared/top-ups/top-up.ts'
import { commitOne } from './commit-one.ts'
import { rangeRefusal } from './in-range.ts'
import type { Setting } from './operation.ts'
import { Problem } from './problems.ts'
import { refusal } from './refusal.ts'
import { todayIn } from './today-in.ts'

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
 * One that was credited stays so when it is sent again after its day.
 *
 * @param timeZone the account's: whether the day is over
 * @throws Problem where the number was credited with another amount or day, or the day is over
 */
export async function creditInvoice(invoice: Invoice, timeZone: string, setting: Setting): Promise<TopUp> {
  const { account, id, origin, credits } = invoice
  const { services, tools } = setting
  const price = quoteInvoice(services.purchases, credits)
  const entry: TopUpEntry = {
    ...{ kind: 'top-up', key: id, actor: origin.actor, at: tools.now(), provider: 'invoice' },
    ...{ payment: `${account}/${origin.reference}`, of: undefined, month: '', paid: price.total, credits },
  }
  const overdue = await overdueRefusal(origin.dueOn, timeZone, tools.now())
  const page = await commitOne(
    account,
    setting,
    {
      identity: identityOf(entry, account),
      boundAt: undefined,
      differenceFrom: (other) => (other.kind === 'top-up' && other.credits.eq(credits) ? [] : ['amount']),
      dependsOnHead: true,
      settle: (head) => {
        const refused = overdue ?? rangeRefusal(head, credits)
        return refused === undefined ? { kind: 'entry', entry } : { kind: 'refused', refusal: refused }
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

async function overdueRefusal(dueOn: string, timeZone: string, now: Instant): Promise<Problem | undefined> {
  const today = await todayIn(timeZone, now)
  if (dueOn >= today) return undefined
  const detail = `${dueOn} is over in ${timeZone}; give ${today} or a later day`
  return refusal('request.body', [{ pointer: '/dueOn', detail }])
}

function creditedBefore({ account, origin, credits }: Invoice, differs: 'amount' | 'dueOn'): Problem {
  const given = differs === 'amount' ? `${amountText(credits).eur} €` : `due on ${origin.dueOn}`
  return new Problem(
    'invoice.credited-before',
    `invoice ${origin.reference} of ${account} is credited already, and not with ${given}; GET /v1/accounts/${account}/top-ups?origin=invoice shows it; put right what is wrong by an adjustment`,
  )
}
