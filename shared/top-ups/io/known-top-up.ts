import { Problem } from '../../errors/problems.ts'
import type { TopUp } from '../top-up.ts'
import type { TopUpClients } from './top-up-ports.ts'
import { readTopUp } from './top-ups-table.ts'

/** @throws Problem when the account has none of that id */
export async function knownTopUp(
  { topUps }: Pick<TopUpClients, 'topUps'>,
  { account, topUp: id }: { readonly account: string; readonly topUp: string },
): Promise<TopUp> {
  const topUp = await readTopUp(topUps, account, id)
  if (topUp !== undefined) return topUp
  const detail = `account ${account} has no such top-up; GET /v1/accounts/${account}/top-ups lists them`
  throw new Problem('top-up.not-found', detail)
}
