import { Problem } from '../../shared/errors/problems.ts'
import { readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import type { Services } from './services.ts'

/** @throws Problem when the account has none of that id */
export async function knownTopUp(
  { topUps }: Pick<Services, 'topUps'>,
  { account, topUp: id }: { readonly account: string; readonly topUp: string },
): Promise<TopUp> {
  const topUp = await readTopUp(topUps, account, id)
  if (topUp !== undefined) return topUp
  const detail = `account ${account} has no such top-up; GET /v1/accounts/${account}/top-ups lists them`
  throw new Problem('top-up.not-found', detail)
}
