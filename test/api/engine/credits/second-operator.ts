import type { Api } from '../api.ts'

const SCOPE = 'account:read account:admin usage:check operate'

/** Who decides what olga, the operator of the other calls, asked for. */
const otto = { sub: 'otto', scope: SCOPE }

/** The calls of a test about approvals. */
export const secondOperator = (api: Api) => ({
  decide: (approval: string, decision: string, call: object = {}) =>
    api.call('decideApproval', { params: { approval }, body: { decision }, claims: otto, ...call }),
  approvals: async (account: string, state: string) =>
    (await api.call('listApprovals', { query: `state=${state}&account=${account}` })).body.approvals,
  balance: async (account: string): Promise<string> =>
    (await api.call('getBalance', { params: { account } })).body.balance.eur,
  entries: async (account: string) => (await api.call('listEntries', { params: { account } })).body.entries,
})
