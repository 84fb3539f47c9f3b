import type { TopUpRequest } from '../traffic/top-ups.ts'
import type { World } from './world.ts'

/** Somebody wants something about buying credits; or a record of it is lost. */
export function requestTopUp(world: World, request: TopUpRequest): void {
  const { admin, payments, tables, trace, weather } = world
  const { account, key, kind, autoTopUp } = request
  const params = { account }
  const pay = key.endsWith('1') ? 'checkout' : 'method'
  if (kind === 'settings' || kind === 'off') putSettings(world, account, key, autoTopUp, 0)
  else if (kind === 'page') admin.send({ operationId: 'setUpPaymentMethod', params, key, body: {} })
  else if (kind === 'retry') admin.send({ operationId: 'retryTopUp', params, key, body: {} })
  else if (kind === 'buy') admin.send({ operationId: 'buyCredits', params, key, body: { amount: { eur: '100' }, pay } })
  else if (kind === 'method') payments.storeMethod(account)
  else {
    const record = tables.top_ups
      .all()
      .find((item) => item['account']?.S === account && item['lane']?.S === 'unfinished')
    // What a person bought on a page has its price nowhere else.
    if (record === undefined || !weather.isStormy || !record['top_up']!.S!.startsWith('auto-')) return
    trace.note(`the record ${record['top_up']!.S} of ${account} is lost`)
    tables.top_ups.remove(record)
  }
}

const TRIES = 5

/** All settings, in the place of those that one has just seen; seen anew when they changed meanwhile. */
function putSettings(world: World, account: string, key: string, autoTopUp: object | undefined, tries: number): void {
  const { admin, oracle, plan } = world
  const version = oracle.ledger.pages(account).at(-1)?.settingsSeq ?? 1
  const body = {
    version,
    lowBalanceLevels: plan.levels.get(account),
    lowBalanceShares: [20, 10],
    ...(autoTopUp && { autoTopUp }),
    confirmed: true,
  }
  const request = { operationId: 'putTopUpSettings', params: { account }, key: `${key}-${tries}`, body } as const
  admin.send(request, ({ status, body: answer }) => {
    const { code } = answer as { readonly code?: string }
    if (status === 409 && code === 'settings.changed' && tries < TRIES)
      putSettings(world, account, key, autoTopUp, tries + 1)
  })
}
