import type { Api } from '../../api/engine/api.ts'

/** Tiers and ceilings as an admin would send them. */
export const limitsOf = (changes: object = {}) => ({
  version: 0,
  tiers: [
    { id: 'very-low', name: 'Very low', limits: {}, archived: true },
    { id: 'low', name: 'Low', limits: { text: { eur: '5' }, image: { eur: '2' } } },
    { id: 'medium', name: 'Medium', limits: { text: { eur: '15' } } },
    { id: 'high', name: 'High', limits: {} },
    { id: 'very-high', name: 'Very high', limits: {} },
    { id: 'unlimited', name: 'Unlimited', limits: {} },
  ],
  defaultTier: 'low',
  ceilings: [],
  levels: [50, 80, 100],
  unknown: { user: 'refuse', category: 'refuse', model: 'refuse' },
  holdsBalance: false,
  tells: { user: true, admins: true },
  ...changes,
})

/** Sets an account's limits, whatever they were; answers with the reply. */
export async function setLimits(api: Api, account: string, changes: object = {}) {
  const { body } = await api.call('getLimits', { params: { account } })
  return api.call('putLimits', { params: { account }, body: limitsOf({ version: body.version, ...changes }) })
}

export const checkOf =
  (api: Api, account: string) =>
  async (changes: object = {}) => {
    const body = { account, user: 'u-17', category: 'text', ...changes }
    return (await api.call('checkAccess', { body })).body
  }
