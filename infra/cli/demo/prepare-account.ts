import type { ApiClient } from '../lib/api/api-client.ts'
import { Failure } from '../lib/failure.ts'
import { ensureRateCard } from '../lib/first-rate-card.ts'
import { DEMO_ACCOUNT, DEMO_GRANT, DEMO_LEVEL } from './demo-account.ts'

/**
 * Step 1: a rate card, an account, 50.00 €. Safe to repeat: every request has its own fixed key.
 *
 * @throws Failure where own prices stand: the demo's figures would be wrong with them
 */
export async function prepareAccount(api: ApiClient): Promise<void> {
  if ((await ensureRateCard(api)) === 'own') {
    throw new Failure('this folder has rate cards of its own, and the demo needs its prices: start with --no-demo')
  }
  const opening = { account: DEMO_ACCOUNT, name: 'Acme Ltd', lowBalanceLevels: [DEMO_LEVEL] }
  await api.post('/v1/accounts', opening, 'groschen-demo-account')
  const grant = { amount: { eur: DEMO_GRANT }, reason: 'Demo credits' }
  await api.post(`/v1/accounts/${DEMO_ACCOUNT}/grants`, grant, 'groschen-demo-grant')
}
