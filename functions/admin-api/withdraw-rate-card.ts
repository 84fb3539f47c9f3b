import { Problem } from '../../shared/errors/problems.ts'
import { decideWithdrawal, type Withdrawal } from '../../shared/pricing/cards/catalogue.ts'
import { putWithdrawal } from '../../shared/pricing/io/rates-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { ATTEMPTS, tooManyRaces } from './publish-rate-card.ts'
import type { Services } from './services.ts'

/** Withdraws a version; withdrawn before, that stays as it was. @throws Problem */
export async function withdrawRateCard(
  { cards, rates }: Pick<Services, 'cards' | 'rates'>,
  asked: Omit<Withdrawal, 'version' | 'at'>,
  now: () => Instant,
): Promise<Withdrawal> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const at = now()
    const decision = decideWithdrawal(await cards.catalogue(at), { ...asked, at })
    switch (decision.kind) {
      case 'withdrawn-before':
        return decision.withdrawal
      case 'no-such-version':
        throw new Problem('rate-card.not-found', `there is no version ${asked.of}; GET /v1/rate-cards lists them`)
      case 'too-late':
        throw new Problem('rate-card.in-force', decision.detail)
      case 'accepted':
        if ((await putWithdrawal(rates, decision.withdrawal)) === 'published') return decision.withdrawal
    }
  }
  throw tooManyRaces()
}
