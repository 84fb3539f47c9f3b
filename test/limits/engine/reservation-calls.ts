import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type Api, opened } from '../../api/engine/api.ts'
import { setLimits } from './limit-settings.ts'

/** A ceiling of 5.00 € a month. */
export const ceiling = (changes: object = {}) => ({
  id: 'c',
  name: 'C',
  scope: { of: 'group', group: 'sales' },
  limit: { eur: '5' },
  ...changes,
})

/** Models without a price are let pass: no card is published here. */
export const unknown = { user: 'refuse', category: 'refuse', model: 'allow' }

/** An account with 1,000.00 € and these limits; users have none of their own unless told. */
export async function accountWith(api: Api, changes: object = {}): Promise<string> {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  const set = await setLimits(api, account, { defaultTier: 'unlimited', unknown, ...changes })
  expect(set.status).toBe(200)
  return account
}

type Claims = Readonly<Record<string, unknown>>

/** Reserves 0.03 € for u-17 in text, unless told. */
export const reservationsOf = (api: Api, account: string) => {
  const of = async (operationId: string, reservation: string, body?: object, claims?: Claims) =>
    await api.call(operationId, { params: { reservation }, ...(body && { body }), ...(claims && { claims }) })
  return {
    reserve: async (changes: object = {}, key: string = randomUUID()) =>
      await api.call('reserve', {
        key,
        body: { account, user: 'u-17', category: 'text', amount: { credits: '3' }, ...changes },
      }),
    show: (reservation: string, claims?: Claims) => of('getReservation', reservation, undefined, claims),
    settle: (reservation: string, credits: string, claims?: Claims) =>
      of('settleReservation', reservation, { actual: { credits } }, claims),
    renew: (reservation: string, expiresInSeconds = 900) => of('renewReservation', reservation, { expiresInSeconds }),
    release: (reservation: string, claims?: Claims) => of('releaseReservation', reservation, undefined, claims),
  }
}
