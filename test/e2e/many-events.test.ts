import { expect, test } from 'vitest'
import { between, seededRandom, shuffled } from '../../infra/cli/demo/seeded-random.ts'
import { AccountBook } from '../../infra/cli/lib/api/account-book.ts'
import { deliver } from '../../infra/cli/lib/events/deliver.ts'
import type { OutgoingEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { usageEvent } from '../../infra/cli/lib/events/outgoing-event.ts'
import { ensureRateCard } from '../../infra/cli/lib/first-rate-card.ts'
import { accessTo } from '../../infra/cli/lib/place.ts'
import { startStack } from '../../infra/local/stack.ts'
import { credits, minus, sumOf } from '../../shared/money/amounts.ts'
import { plain } from '../../shared/money/exact.ts'
import { accountBoundId } from '../../shared/usage/account-bound-id.ts'
import { newFolder, removeFolder } from './command.ts'

const SEED = 20261123
const ACCOUNT = 'many'

/** 10,000 events: 2,000 of them copies, 100 invalid, 100 of an unknown model; one in five with an id of the publisher's own. */
function events(): readonly OutgoingEvent[] {
  const random = seededRandom(SEED)
  const now = Date.now()
  const one = (place: number, service: string, input: number): OutgoingEvent => {
    const time = now - between(random, 0, 3_600_000)
    const id = place % 5 === 0 ? `own-${place}` : accountBoundId('/many', ACCOUNT, time, BigInt(place))
    const quantities = { input_tokens: input, output_tokens: between(random, 0, 900) }
    return usageEvent({
      account: ACCOUNT,
      source: '/many',
      id,
      time,
      user: `u-${place % 40}`,
      category: 'text',
      service,
      quantities,
    })
  }
  const tokens = () => between(random, 1, 3000)
  const priced = Array.from({ length: 7800 }, (_, place) => one(place, 'openai/gpt-4o', tokens()))
  const unknown = Array.from({ length: 100 }, (_, place) => one(10_000 + place, 'nobody/unknown', tokens()))
  const invalid = Array.from({ length: 100 }, (_, place) => one(20_000 + place, 'openai/gpt-4o', -1))
  const copies = shuffled(random, priced).slice(0, 2000)
  return shuffled(random, [...priced, ...unknown, ...invalid, ...copies])
}

test('of 10,000 shuffled events each is charged once, parked or quarantined, and the balance is grants minus charges', {
  timeout: 120_000,
}, async () => {
  const directory = newFolder()
  const stack = await startStack({ directory })
  try {
    const { api, queue } = await accessTo(stack, 'operator')
    await ensureRateCard(api)
    await api.post('/v1/accounts', { account: ACCOUNT, name: 'Many' }, 'open')
    await api.post(`/v1/accounts/${ACCOUNT}/grants`, { amount: { eur: '500.00' }, reason: 'test' }, 'grant')

    const sent = events()
    const book = new AccountBook(api, ACCOUNT)
    const { became, settled } = await deliver({ api, queue }, book, sent)
    expect(settled).toBe('settled')

    const count = (kind: string) => became.filter((one) => one.kind === kind).length
    expect({
      all: sent.length,
      charged: count('charged'),
      replayed: count('replayed'),
      parked: count('parked'),
      quarantined: count('quarantined'),
    }).toEqual({
      all: 10_000,
      charged: 7800,
      replayed: 2000,
      parked: 100,
      quarantined: 100,
    })
    const charges = book.entries.filter(({ kind }) => kind === 'charge')
    expect(charges).toHaveLength(7800)
    expect(book.charges.size).toBe(7800)

    const { balance } = await api.get<{ balance: { credits: string } }>(`/v1/accounts/${ACCOUNT}/balance`)
    expect(balance.credits).toBe(plain(minus(credits('50000'), sumOf([...book.charges.values()].map(credits)))))
  } finally {
    await stack.stop()
    removeFolder(directory)
  }
})
