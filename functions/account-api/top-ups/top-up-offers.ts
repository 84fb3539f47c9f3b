import { priceShape } from '../../../shared/api/top-ups/top-up.ts'
import * as api from '../../../shared/api/top-ups/top-up-offers.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { knownAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { roomByHand } from '../../../shared/ledger/tally/bought-by-hand.ts'
import { amountText, type Euros, euros, toCredits } from '../../../shared/money/amounts.ts'
import { todayIn } from '../../../shared/time/today-in.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { type Services, serve } from '../services.ts'

const getOffers = serve(api.getTopUpOffers, async ({ params: { account } }, { services, tools }) => {
  const { timeZone } = await knownAccount(services, account)
  const { purchases } = services
  const head = await readHead(services.log, account)
  const today = await todayIn(timeZone, tools.now())
  const room = roomByHand(head?.header.tally?.bought, purchases.manual, today)
  const offers = purchases.amounts.map((eur) => {
    const credits = toCredits(eur)
    const pay = eur.gt(purchases.mostByMethod) ? ['checkout'] : ['method', 'checkout']
    return { amount: amountText(credits), price: priceShape(quote(purchases, credits)), pay }
  })
  const automatic = { least: purchases.least.toFixed(2), most: purchases.most.toFixed(2) }
  const byHand = {
    leftToday: left(room.day),
    dayCap: purchases.manual.day.toFixed(2),
    leftThisMonth: left(room.month),
    monthCap: purchases.manual.month.toFixed(2),
  }
  return { status: 200, body: { offers, byHand, automatic } }
})

const left = (room: Euros): string => (room.isNegative() ? euros('0') : room).toFixed(2)

export const topUpOffersHandlers: readonly Served<Services>[] = [getOffers]
