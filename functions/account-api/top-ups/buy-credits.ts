import { readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import * as api from '../../../shared/api/top-ups/buy-credits.ts'
import { topUpShape } from '../../../shared/api/top-ups/top-up.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { buyCreditsByHand } from '../../../shared/top-ups/io/by-hand/buy-credits.ts'
import { type Services, serve } from '../services.ts'

const buy = serve(api.buyCredits, async ({ params: { account }, body, key }, setting) => {
  const { pay, storesMethod } = body
  const order = { key, credits: readGivenAmount(body.amount), pay, storesMethod }
  return { status: 202, body: topUpShape(await buyCreditsByHand(account, order, setting)) }
})

export const buyCreditsHandlers: readonly Served<Services>[] = [buy]
