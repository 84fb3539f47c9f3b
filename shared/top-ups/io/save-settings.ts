import { Problem } from '../../errors/problems.ts'
import type { AutoTopUp } from '../../ledger/entries/auto-top-up.ts'
import { isStoredAlike } from '../../ledger/entries/entry-kind.ts'
import { type SettingsEntry, settingsKinds } from '../../ledger/entries/settings.ts'
import { type Committing, commitOne } from '../../ledger/io/commit/commit-one.ts'
import { proposalOnHead } from '../../ledger/io/commit/proposal.ts'
import type { Page, PageHeader } from '../../ledger/page/page.ts'
import { amountText, type Credits } from '../../money/amounts.ts'
import type { Purchase } from '../automatic-purchase.ts'
import { buysAtOnce, nextPurchaseOf } from '../next-purchase-of.ts'
import type { PurchaseSettings } from '../purchase-settings.ts'

interface Saving extends Committing {
  readonly services: Committing['services'] & { readonly purchases: PurchaseSettings }
}

/** What the request to save says beside the settings. */
interface Given {
  /** The page that the settings stood on when the caller read them. */
  readonly version: number
  /** A person agrees to a purchase that the settings begin at once. */
  readonly confirmed: boolean
}

/**
 * Saves all of an account's settings, if they are still those of the page `version`.
 *
 * Settings that buy at once are refused until the caller confirms the purchase.
 *
 * @param month the calendar month where the account is: `2026-11`
 * @returns the page that has them
 * @throws Problem, and what the store throws
 */
export async function saveSettings(
  account: string,
  entry: SettingsEntry,
  given: Given,
  month: string,
  setting: Saving,
): Promise<Page> {
  const { settings } = entry
  const { purchases } = setting.services
  const refusalAt = ({ header }: Page): Problem | undefined =>
    changedSince(header, given.version) ??
    (given.confirmed ? undefined : unconfirmed(header, settings.autoTopUp, month, purchases))
  const proposal = proposalOnHead(account, entry, refusalAt, {
    differenceFrom: (other) =>
      other.kind === 'settings' && isStoredAlike(settingsKinds.settings.stored, other, { ...other, settings })
        ? []
        : ['settings'],
  })
  return await commitOne(account, setting, proposal)
}

function changedSince({ account, settingsSeq }: PageHeader, version: number): Problem | undefined {
  if (version === settingsSeq) return undefined
  const detail = `the settings of ${account} are at version ${settingsSeq}, not ${version}; look at them again`
  return new Problem('settings.changed', detail)
}

function unconfirmed(
  header: PageHeader,
  auto: AutoTopUp | undefined,
  month: string,
  purchases: PurchaseSettings,
): Problem | undefined {
  if (auto === undefined || !buysAtOnce(header, auto)) return undefined
  const { account, balance } = header
  const next = purchaseText(nextPurchaseOf(header, auto, month, purchases), auto, balance)
  const detail = `the balance of ${account} is ${amountText(balance).eur} €, below the threshold: ${next}; send it with "confirmed": true and a new Idempotency-Key if that is meant`
  return new Problem('top-up.confirmation-needed', detail)
}

function purchaseText(next: Purchase | undefined, { threshold }: AutoTopUp, balance: Credits): string {
  if (next === undefined) return 'this buys nothing in this month, since its cap has no room for a purchase'
  const { credits, price } = next
  const what = `this buys ${amountText(credits).eur} € of credits at once (${price.total.toFixed(2)} € with tax and fee)`
  return balance.plus(credits).gte(threshold)
    ? what
    : `${what}, and what is missing beyond that after the cooldown, as far as the caps go`
}
