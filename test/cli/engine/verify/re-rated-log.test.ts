import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Documents } from '../../../../shared/aws/document-client.ts'
import type { ReratingEntry } from '../../../../shared/ledger/entries/credit.ts'
import type { Entry } from '../../../../shared/ledger/entries/entries.ts'
import { readHead } from '../../../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../../../shared/ledger/io/log-writer.ts'
import { credits } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { rerateCharges } from '../../../../shared/pricing/io/rerate-charges.ts'
import { inTime } from '../../../world/accounts.ts'
import { cardOf, rate } from '../../../world/cards.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Damage, damageTo } from './damage.ts'
import { type Account, cards, HOUR, linesOf, MINUTE, NOON, type Stack, startStack } from './verified-log.ts'

let stack: Stack
let damage: Damage
const cheap = cardOf([rate('openai/gpt-4o', 'input_tokens', '1.00', '1000000')], 3, NOON + 9999 * HOUR)
const dear = cards[1]!
beforeAll(async () => {
  stack = await startStack()
  damage = damageTo(stack)
  await putRateCard(stack.stored.rates, cheap)
})
afterAll(async () => {
  damage.stop()
  await stack.stop()
})

const orderOf = (account: string, card: RateCard) => ({
  account,
  card,
  from: NOON - 9 * HOUR,
  to: NOON + 9 * HOUR,
  services: undefined,
  isDry: false,
  decision: { key: randomUUID(), actor: 'ada', at: NOON + HOUR, reason: 'Test', reference: undefined },
})
const rerate = ({ account }: Account, card: RateCard, writer: LogWriter = writerOn(stack.tables), time = inTime) =>
  rerateCharges(orderOf(account, card), { log: stack.stored.log, writer, remainingMs: time })
const found = async ({ account }: Account) => linesOf((await stack.verify(account)).violations)
const balanceOf = async ({ account }: Account) => plain((await readHead(stack.stored.log, account))!.header.balance)
const reratingsOf = async ({ account }: Account): Promise<readonly ReratingEntry[]> =>
  (await damage.pages(account)).flatMap(({ entries }) => entries.filter((entry) => entry.kind === 'rerating'))

/** Six charges by version 1, 0.3 credits each, in three pages. */
async function sound(): Promise<Account> {
  const account = await stack.openAccount('-0.7')
  const { at, use } = account
  await use(at(NOON - HOUR), at(NOON - HOUR, { user: 'u-2', group: 'sales' }))
  await use(at(NOON - HOUR, { id: `${account.account}-opaque` }), at(NOON - 5 * HOUR))
  await use(at(NOON - MINUTE), at(NOON - MINUTE, { user: 'u-2' }))
  return account
}

test('a log that was re-rated, folded before and after, also in another month, has no violation', async () => {
  const log = await sound()
  await log.fold()
  await rerate(log, dear)
  await log.fold()
  await log.use(log.at(NOON - HOUR), log.at(NOON))
  await rerate(log, cheap)
  await log.fold()
  expect(await found(log)).toEqual([])
  expect(await balanceOf(log)).toBe('-0.8')
})

describe('killed', () => {
  /** Lets so many requests through and does or doesn't do the one after; none comes back any more. */
  function dyingAfter(requests: number, isDone: boolean): { documents: Documents; made: () => number } {
    let made = 0
    const { documents } = stack.tables
    const send = async (command: never): Promise<unknown> => {
      made += 1
      if (made <= requests) return await documents.send(command)
      if (made === requests + 1 && isDone) await documents.send(command)
      throw new Error('killed')
    }
    return { documents: { send } as unknown as Documents, made: () => made }
  }

  test.each([true, false])('at each of its requests, done: %s, and run again it comes to the same', async (isDone) => {
    for (let requests = 0; ; requests += 1) {
      const log = await sound()
      const { documents, made } = dyingAfter(requests, isDone)
      const killed = writerOn({ documents, names: stack.tables.names })
      const first = await rerate(log, cheap, killed).catch((error: Error) => error.message)
      const { figures } = await rerate(log, cheap)
      expect((await reratingsOf(log)).map((entry) => [entry.nth, plain(entry.credits)])).toEqual(
        Array.from({ length: 6 }, () => [1, '0.2']),
      )
      expect([await balanceOf(log), figures.after.credits]).toEqual(['-0.6', '0.6'])
      if (requests % 4 === 0) expect(await found(log)).toEqual([])
      if (made() <= requests) return expect(first).toMatchObject({ figures: { corrected: 6 } })
      expect(first).toBe('killed')
    }
  })
})

test('without the time for all of it, it says so, and goes on when it is done again', async () => {
  const log = await stack.openAccount()
  for (let page = 0; page < 3; page += 1)
    await log.use(...Array.from({ length: 200 }, (_, n) => log.at(NOON - HOUR + page * 1000 + n)))
  let asked = 0
  const short = await rerate(log, cheap, undefined, () => (++asked > 20 ? 1000 : 60_000))
  expect(short.isDone).toBe(false)
  expect(short.figures.corrected).toBe(250)
  const rest = await rerate(log, cheap)
  expect(rest).toMatchObject({ isDone: true, figures: { charges: 600, corrected: 350, unchanged: 250 } })
  expect(await balanceOf(log)).toBe('-60')
  expect(await found(log)).toEqual([])
})

test('two at once to two versions: whatever each did, the last one run alone decides, and the sums are exact', async () => {
  const log = await sound()
  await Promise.all([rerate(log, dear), rerate(log, cheap), rerate(log, dear), rerate(log, cheap)])
  for (const [card, balance] of [
    [cheap, '-0.6'],
    [dear, '-2.4'],
  ] as const) {
    expect((await rerate(log, card)).figures.leftAlone.conflict).toBe(0)
    expect(await balanceOf(log)).toBe(balance)
  }
  await log.fold()
  expect(await found(log)).toEqual([])
})

describe('verify finds', () => {
  const forged = async (log: Account, change: (entry: ReratingEntry) => Entry) => {
    const pages = await damage.pages(log.account)
    await damage.forge(log.account, pages.length, {
      entries: ([first, ...rest]) => [first?.kind === 'rerating' ? change(first) : first!, ...rest],
    })
    return (await found(log)).filter((line) => line.startsWith('re-rating'))
  }
  const rerated = async () => {
    const log = await sound()
    await rerate(log, cheap)
    return log
  }

  test('credits that the version does not give', async () => {
    const lines = await forged(await rerated(), (entry) => ({ ...entry, credits: credits('0.3') }))
    expect(lines).toEqual(['re-rating, page 5, entry 0: 0.2 credits: 0.3 before, 0.1 by version 3 | 0.3'])
  })

  test('a charge that there is not', async () => {
    const lines = await forged(await rerated(), (entry) => ({ ...entry, of: { source: '/chat/eu', id: 'none' } }))
    expect(lines).toEqual(['re-rating, page 5, entry 0: a charge /chat/eu none in this log | none'])
  })

  test('a number that is left out', async () => {
    const lines = await forged(await rerated(), (entry) => ({ ...entry, nth: 2 }))
    expect(lines).toEqual([expect.stringMatching(/^re-rating, page 5, entry 0: re-rating 1 of .* \| re-rating 2$/)])
  })

  test('another user than the charge has', async () => {
    const lines = await forged(await rerated(), (entry) => ({ ...entry, user: 'u-9' }))
    expect(lines).toEqual([expect.stringMatching(/^re-rating, page 5, entry 0: .*by u-.* \| .*by u-9,/)])
  })

  test('a version that there is not', async () => {
    const lines = await forged(await rerated(), (entry) => ({ ...entry, rateCard: 9 }))
    expect(lines).toEqual([expect.stringMatching(/^re-rating, page 5, .*\| version 9, of 3 published$/)])
  })

  test('the second of two, where the first was forged', async () => {
    const log = await rerated()
    await rerate(log, dear)
    await damage.forge(log.account, 5, {
      entries: (entries) => entries.map((entry) => ({ ...entry, credits: credits('0.1') }) as Entry),
    })
    const lines = (await found(log)).filter((line) => line.startsWith('re-rating'))
    expect(lines.map((line) => line.slice(0, 18))).toEqual([
      ...Array.from({ length: 6 }, () => 're-rating, page 5,'),
      ...Array.from({ length: 6 }, () => 're-rating, page 6,'),
    ])
  })

  test('no charge missing where a page is: that is told once', async () => {
    const log = await rerated()
    await damage.losePage(log.account, 3)
    expect(await found(log)).toEqual(['number, page 4, entry -: page 3 | page 4'])
  })
})
