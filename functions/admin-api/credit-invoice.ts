import type { TopUpEntry } from '../../shared/account-log/entry.ts'
import { identityOf } from '../../shared/account-log/identity.ts'
import { moveTopUp } from '../../shared/store/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { commitOne } from './commit-one.ts'
import type { Setting } from './operation.ts'

/** Credits an invoice, once for its number; its record follows. */
export async function creditInvoice(topUp: TopUp, setting: Setting): Promise<TopUp> {
  const { account, id, origin, credits, price } = topUp
  if (origin.kind !== 'invoice') throw new Error(`top-up ${id} of ${account} is no invoice`)
  const at = setting.tools.now()
  const entry: TopUpEntry = {
    ...{
      kind: 'top-up',
      key: id,
      actor: origin.actor,
      at,
      provider: 'invoice',
      payment: `${account}/${origin.reference}`,
    },
    ...{ of: undefined, month: '', paid: price.total, credits },
  }
  const page = await commitOne(account, setting, {
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: (other) => (other.kind === 'top-up' && other.credits.eq(credits) ? [] : ['amount']),
    settle: () => ({ kind: 'entry', entry }),
  })
  if (topUp.status !== 'wanted') return topUp
  const changes = {
    status: 'credited',
    payment: origin.reference,
    paidAt: at,
    page: page.header.seq,
    updatedAt: at,
  } as const
  return (await moveTopUp(setting.services.topUps, topUp, changes)) ?? { ...topUp, ...changes }
}
