import { TOP_UP_ACCOUNT } from '../../infra/cli/demo/demo-account.ts'
import type { ApiClient } from '../../infra/cli/lib/api/api-client.ts'

interface EntriesAnswer {
  readonly entries: readonly { readonly kind: string; readonly source?: string; readonly id?: string }[]
}

/**
 * Ids of what is there after the demo, and of what is made here, by the names that `schemathesis.toml` has for them: requests
 * that name them come as far as an answer.
 */
export async function knownIds(api: ApiClient, run: string): Promise<Readonly<Record<string, string>>> {
  const account = `/v1/accounts/${TOP_UP_ACCOUNT}`
  const { topUps } = await api.get<{ readonly topUps: readonly { readonly topUp: string }[] }>(`${account}/top-ups`)
  const { entries } = await api.get<EntriesAnswer>(`${account}/entries?limit=1000`)
  const charge = entries.find(({ kind }) => kind === 'charge')
  const draft = async (key: string): Promise<string> => {
    const body = { effectiveFrom: '2999-01-01T00:00:00Z', note: 'A draft', from: 1 }
    return (await api.post<{ readonly draft: string }>('/v1/rate-card-drafts', body, `${key}-${run}`)).draft
  }
  const reservation = async (key: string): Promise<string> => {
    const body = { account: TOP_UP_ACCOUNT, user: 'mia', category: 'text', amount: { eur: '0.01' } }
    return (await api.post<{ readonly reservation: string }>('/v1/reservations', body, `${key}-${run}`)).reservation
  }
  // Another user each time: one has one open request for a category.
  await api.put(`${account}/user`, { user: run, tier: 'low' }, `user-${run}`)
  const wish = { user: run, category: 'image', wish: { amount: { eur: '5' } }, reason: 'More pictures' }
  const { request } = await api.post<{ readonly request: string }>(
    `${account}/upgrade-requests`,
    wish,
    `request-${run}`,
  )
  return {
    ACCOUNT: TOP_UP_ACCOUNT,
    TOP_UP: topUps[0]?.topUp ?? '',
    CHARGE_SOURCE: charge?.source ?? '',
    CHARGE_ID: charge?.id ?? '',
    DRAFT: await draft('draft'),
    DRAFT_TO_END: await draft('draft-to-end'),
    RESERVATION: await reservation('reservation'),
    RESERVATION_TO_END: await reservation('reservation-to-end'),
    REQUEST: request,
  }
}
