import { type Amount, amount, amountText } from './amount.ts'
import { identityText, type Knowledge } from './knowledge.ts'
import type { Charged } from './ledger.ts'
import { costOf } from './price.ts'
import type { StoredOther } from './read-page.ts'

/** What was given back of charges, and how often they were re-rated. */
export interface Corrections {
  readonly take: (account: string, entry: StoredOther, place: string) => void
  /** Its page is gone. */
  readonly lose: (entry: StoredOther) => void
  /** What a charge costs by now, without what was refunded. */
  readonly costOf: (charged: Charged) => Amount
  readonly isRefunded: (charged: Charged) => boolean
}

interface Known {
  reratings: number
  givenBack: Amount
  refunded: Amount | undefined
}

type Safety = (rule: string, detail: string) => void

export function correctionsOf(
  { cards }: Knowledge,
  charged: ReadonlyMap<string, Charged>,
  safety: Safety,
): Corrections {
  const byCharge = new Map<string, Known>()
  const of = (identity: string): Known => {
    const known = byCharge.get(identity) ?? { reratings: 0, givenBack: 0n, refunded: undefined }
    byCharge.set(identity, known)
    return known
  }
  const nameOf = ({ source = '', id = '' }: StoredOther): string => identityText({ source, id })
  const costNow = ({ charge }: Charged): Amount => amount(charge.credits) - of(identityText(charge)).givenBack

  const take: Corrections['take'] = (account, entry, place) => {
    if (entry.kind !== 'refund' && entry.kind !== 'rerating') return
    const what = `${entry.kind} of ${nameOf(entry)} in ${place}`
    const of1 = charged.get(nameOf(entry))
    if (of1 === undefined || of1.account !== account) return safety('only a charge of the account is corrected', what)
    const known = of(nameOf(entry))
    const [credits, before] = [amount(entry.credits ?? '0'), costNow(of1)]
    if (known.refunded !== undefined) safety('what was refunded is not corrected again', what)
    if (entry.kind === 'refund') {
      if (credits <= 0n || credits > before)
        safety('no more is refunded than it costs', `${what}: ${entry.credits} of ${amountText(before)}`)
      known.refunded = credits
      return
    }
    known.reratings += 1
    if (entry.nth !== known.reratings) safety('re-ratings of a charge are counted', `${what}: ${entry.nth}`)
    const said = [entry.time, entry.user, entry.group, entry.category, entry.service]
    const { time, user, group, category, service } = of1.charge
    if (JSON.stringify(said) !== JSON.stringify([time, user, group, category, service]))
      safety('a re-rating says what its charge says', `${what}: ${said.join()}`)
    const after = costOf(
      of1.charge,
      cards.find(({ version }) => version === entry.rateCard),
    )
    if (after === undefined) safety('what has no price is never re-rated', what)
    else if (before - after !== credits || credits === 0n)
      safety('a re-rating is exact', `${what}: ${entry.credits}, not ${amountText(before - after)}`)
    known.givenBack += credits
  }

  const lose: Corrections['lose'] = (entry) => {
    const known = of(nameOf(entry))
    if (entry.kind === 'refund') known.refunded = undefined
    if (entry.kind !== 'rerating') return
    known.reratings -= 1
    known.givenBack -= amount(entry.credits ?? '0')
  }
  return { take, lose, costOf: costNow, isRefunded: ({ charge }) => of(identityText(charge)).refunded !== undefined }
}
