import { Problem, type ProblemFault } from '../../errors/problems.ts'
import { refusal } from '../../errors/refusal.ts'
import { isStoredAlike } from '../../ledger/entries/entry-kind.ts'
import { type LimitSettings, storedLimitSettings } from '../../ledger/entries/limit-settings.ts'
import type { LimitsEntry } from '../../ledger/entries/limits.ts'
import { type Committing, commitOne } from '../../ledger/io/commit/commit-one.ts'
import { proposalOnHead } from '../../ledger/io/commit/proposal.ts'
import { cardInForce } from '../../pricing/cards/catalogue.ts'
import type { RateCard } from '../../pricing/cards/rate-card.ts'
import type { PublishedCards } from '../../pricing/io/published-cards.ts'
import { didYouMean } from '../../text/did-you-mean.ts'
import type { Instant } from '../../time/instant.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import type { WarmFolds } from './warm-folds.ts'

interface SettingLimits extends Committing {
  readonly services: Committing['services'] & { readonly folds: WarmFolds; readonly cards: PublishedCards }
  readonly tools: Committing['tools'] & { readonly now: () => Instant }
}

/**
 * Sets all of an account's limits, if they are still those of the page `entry.previous`.
 *
 * @returns the page that sets them
 * @throws Problem, and what the store throws
 */
export async function setLimits(account: string, entry: LimitsEntry, setting: SettingLimits): Promise<number> {
  const { services, tools } = setting
  const { settings } = entry
  const refusalAtHead = async () => {
    const before = (await services.folds.head(account)).limits()
    return (
      changedSince(account, before, entry) ??
      removedTier(before, settings) ??
      unpriced(account, before, settings, await cardsThatCount(services.cards, tools.now()))
    )
  }
  const proposal = proposalOnHead(account, entry, refusalAtHead, {
    differenceFrom: (other) =>
      other.kind === 'limits' && isStoredAlike(storedLimitSettings, other.settings, settings) ? [] : ['limits'],
  })
  const page = await commitOne(account, setting, proposal)
  return page.header.seq
}

function changedSince(account: string, { version }: LimitsState, { previous }: LimitsEntry): Problem | undefined {
  if (version === previous) return undefined
  const detail = `the limits of ${account} are at version ${version}, not ${previous}; look at them again`
  return new Problem('settings.changed', detail)
}

function removedTier({ version, settings, hasUserTiers }: LimitsState, { tiers }: LimitSettings): Problem | undefined {
  // The first settings replace the standard tiers, unless a user was put into one.
  if (version === 0 && !hasUserTiers) return undefined
  const missing = settings.tiers.filter(({ id }) => !tiers.some((tier) => tier.id === id)).map(({ id }) => id)
  if (missing.length === 0) return undefined
  const which = missing.length === 1 ? `the tier ${missing[0]} is` : `the tiers ${missing.join(', ')} are`
  const advice = 'send what is not to be used any more with "archived": true'
  return new Problem('limits.tier-removed', `${which} missing; ${advice}`)
}

/** The card in force, and announced ones. */
async function cardsThatCount(cards: PublishedCards, now: Instant): Promise<readonly RateCard[]> {
  const all = await cards.all(now)
  const inForce = cardInForce(all, now)
  return all.filter((card) => card === inForce || card.effectiveFrom > now)
}

/**
 * Refuses new ceilings for a service or vendor that no card prices: a misspelt one would count nothing.
 *
 * A ceiling that the account already has stays, since its price may have been withdrawn later. Without any card all are accepted.
 */
function unpriced(
  account: string,
  before: LimitsState,
  { ceilings }: LimitSettings,
  cards: readonly RateCard[],
): Problem | undefined {
  if (cards.length === 0) return undefined
  const kept = new Set(before.settings.ceilings.map(({ service }) => service))
  const names = [...new Set(cards.flatMap((card) => card.names(account)))]
  const vendors = new Set(names.map((name) => `${name.slice(0, name.indexOf('/'))}/*`))
  const faults = ceilings.flatMap(({ service }, place): readonly ProblemFault[] => {
    if (service === undefined || kept.has(service)) return []
    if (cards.some((card) => card.pricesSelected(service, account))) return []
    const meant = didYouMean(service, service.endsWith('/*') ? vendors : names)
    return [
      { pointer: `/ceilings/${place}/service`, detail: `no price names ${service}: nothing would be counted${meant}` },
    ]
  })
  return faults.length === 0 ? undefined : refusal('limits.no-such-service', faults)
}
