import { randomOf } from '../../world/random.ts'
import { amount, amountText } from '../oracle/amount.ts'
import type { Attempt } from '../oracle/limits/limits.ts'
import { cardAt, costOf, variantText } from '../oracle/price.ts'
import type { ApiAnswer } from '../product/product.ts'
import type { ActionRequest, CheckRequest, LimitRequest } from '../traffic/limits.ts'
import { UNPRICED_SERVICE } from '../traffic/rates.ts'
import { reportUsage } from './report-usage.ts'
import type { World } from './world.ts'

const TRIES = 5
const SECOND_MS = 1000
const CATEGORIES = ['text', 'image', 'api', 'other']

/** Somebody wants something that limits decide, or changes them. */
export function requestLimit(world: World, request: LimitRequest): void {
  const { admin } = world
  const { account, key } = request
  switch (request.kind) {
    case 'settings':
      putLimits(world, account, key, request.settings, 0)
      break
    case 'tier':
      moveUsers(world, request)
      break
    case 'upgrade': {
      const { user, category, wish } = request
      const body = { user, category, wish, reason: 'simulated' }
      admin.send({ operationId: 'fileUpgradeRequest', params: { account }, key, body }, (answer) => {
        const { request: id } = answer.body as { readonly request?: string }
        if (answer.status !== 201 || id === undefined) return
        const grant = key.endsWith('3') ? { nothing: true } : key.endsWith('5') ? { amount: { credits: '150' } } : wish
        const params = { account, request: id }
        admin.send({ operationId: 'decideUpgradeRequest', params, key: `${key}-decided`, body: { grant } })
      })
      break
    }
    case 'check':
      check(world, request)
      break
    case 'action':
      act(world, request)
  }
}

/** One by the page of the user, several by a list. */
function moveUsers({ admin }: World, { account, key, tiers }: Extract<LimitRequest, { readonly kind: 'tier' }>): void {
  const [[user, tier] = ['', null], ...more] = tiers
  if (more.length === 0) {
    admin.send({ operationId: 'putUser', params: { account }, key, body: { user, tier } })
    return
  }
  const assignments = tiers.map(([name, of]) => ({ user: name, tier: of }))
  admin.send({ operationId: 'assignTiers', params: { account }, key, body: { assignments, preview: false } })
}

/** All settings, in the place of those that one has just seen; seen anew when they changed meanwhile. */
function putLimits(world: World, account: string, key: string, settings: object, tries: number): void {
  const { admin, oracle } = world
  const log = oracle.limits.logOf(account)
  const set = log.settingsAt(log.head())
  // A tier is archived, never removed; another admin may have added one.
  const { tiers } = settings as { readonly tiers: readonly { readonly id: string }[] }
  const others = (set?.value.tiers ?? []).filter(({ id }) => tiers.every((tier) => tier.id !== id))
  const archived = others.map(({ id }) => ({ id, name: id, limits: {}, archived: true }))
  const body = { version: set?.seq ?? 0, ...settings, tiers: [...tiers, ...archived] }
  admin.send(
    { operationId: 'putLimits', params: { account }, key: `${key}-${tries}`, body },
    ({ status, body: answer }) => {
      const { code } = answer as { readonly code?: string }
      if (status === 409 && code === 'settings.changed' && tries < TRIES)
        putLimits(world, account, key, settings, tries + 1)
    },
  )
}

function check({ admin, oracle }: World, request: CheckRequest): void {
  const { account, key, user, group, categories, model, estimate, maxAgeMs } = request
  const [category = ''] = categories
  const body = {
    account,
    user,
    maxAgeMs,
    ...(categories.length === 1 ? { category } : { categories }),
    ...(group !== undefined && { group }),
    ...(model !== undefined && { model }),
    ...(estimate !== undefined && { estimate: { credits: estimate } }),
  }
  const asked = { account, user, group, category, model, estimate, maxAgeMs, isPriced: model !== UNPRICED_SERVICE }
  admin.send({ operationId: 'checkAccess', params: {}, key, body }, (answer, attempt) =>
    oracle.limits.checked(asked, answer, attempt),
  )
}

/** What it costs by the card in force. */
function costNow({ oracle, clock }: World, { usage }: ActionRequest): bigint {
  const priced = { ...usage, variant: variantText(usage.variant) }
  return costOf(priced, cardAt(oracle.knowledge.cards, clock.now())) ?? 0n
}

/** Reserves what it may cost, does it, and reports what it was. */
function act(world: World, action: ActionRequest, cost = costNow(world, action)): void {
  const { admin, oracle, clock } = world
  const { account, key, user, group, usage, factor, expiresInSeconds, isDefiant, course } = action
  const credits = givenAmount((cost * BigInt(Math.round(factor * 10))) / 10n)
  const body = {
    account,
    user,
    category: usage.category,
    model: usage.service,
    amount: { credits },
    expiresInSeconds,
    ...(group !== undefined && { group }),
  }
  const asked = {
    account,
    user,
    group,
    category: usage.category,
    model: usage.service,
    estimate: credits,
    isPriced: true,
  }
  const ask = (isLast: boolean): void =>
    admin.send({ operationId: 'reserve', params: {}, key, body }, (answer: ApiAnswer, attempt: Attempt) => {
      oracle.limits.reserved(asked, answer, attempt)
      const { reservation, reason } = answer.body as { readonly reservation?: string; readonly reason?: string }
      if (reservation !== undefined) follow(world, action, reservation, cost)
      else if (reason === 'in-flight' && !isLast) clock.after(5 * SECOND_MS, () => ask(true))
      else if (isDefiant) reportUsage(world, action, undefined)
    })
  ask(course === 'twice')
}

/** At most six decimals are taken. */
const givenAmount = (credits: bigint): string => {
  const [whole = '0', decimals = ''] = amountText(credits).split('.')
  const text = decimals === '' ? whole : `${whole}.${decimals.slice(0, 6)}`
  return amount(text) === 0n ? '0.000001' : text
}

/** What becomes of it once it is held. */
function follow(world: World, action: ActionRequest, id: string, cost: bigint): void {
  const { admin, clock, oracle } = world
  const { key, course, runsMs, expiresInSeconds } = action
  const params = { reservation: id }
  const report = (): void => reportUsage(world, action, id)
  const release = (): void => {
    oracle.limits.gates.releasing(id)
    admin.send({ operationId: 'releaseReservation', params, key: `${key}-released`, body: {} })
  }
  const settle = (actual: string, part: string): void =>
    admin.send(
      { operationId: 'settleReservation', params, key: `${key}-${part}`, body: { actual: { credits: actual } } },
      (answer) => oracle.limits.settled(id, actual, answer),
    )
  switch (course) {
    case 'unreported':
      return
    case 'released':
      clock.after(runsMs, release)
      // One that was released may have happened all the same.
      if (action.isDefiant) clock.after(runsMs + 5 * SECOND_MS, report)
      return
    case 'settled': {
      const actual = givenAmount(cost)
      clock.after(runsMs, () => settle(actual, 'settled'))
      clock.after(runsMs + SECOND_MS, () => settle(runsMs > SECOND_MS ? '0.5' : actual, 'again'))
      clock.after(runsMs + 20 * SECOND_MS, report)
      return
    }
    case 'renewed':
      for (const part of [0.3, 0.8]) {
        const body = { expiresInSeconds }
        const send = () => admin.send({ operationId: 'renewReservation', params, key: `${key}-${part}`, body })
        clock.after(expiresInSeconds * SECOND_MS * part, send)
      }
      clock.after(expiresInSeconds * SECOND_MS * 1.2, report)
      return
    case 'late':
      clock.after(expiresInSeconds * SECOND_MS + runsMs, report)
      return
    case 'twice':
      // Whoever lost the answer asks again, and gets the same one.
      clock.after(runsMs, () => act(world, { ...action, course: 'unreported' }, cost))
      clock.after(runsMs, report)
      clock.after(runsMs + SECOND_MS, report)
      return
    case 'charged':
      clock.after(runsMs, report)
      if (action.isDefiant) clock.after(runsMs + 3 * SECOND_MS, release)
  }
}

/** Everybody is looked at once more when all is over: cold, warm, and by a reservation that folds every gate. */
export function lookAtAll(world: World): void {
  const { plan, oracle, admin, clock } = world
  const random = randomOf(plan.limits.length, 'last look')
  for (const account of plan.accounts) {
    for (const user of oracle.limits.logOf(account).users) {
      const group = `team-${random.below(3)}`
      const common = { at: clock.now(), account, user, group, model: undefined, estimate: undefined, maxAgeMs: 0 }
      for (const category of CATEGORIES)
        check(world, { ...common, kind: 'check', key: `last-${user}-${category}`, categories: [category] })
      const body = { account, user, group, category: 'text', amount: { credits: '0.000001' }, expiresInSeconds: 1 }
      const asked = { account, user, group, category: 'text', estimate: '0.000001', isPriced: true }
      admin.send({ operationId: 'reserve', params: {}, key: `last-${user}`, body }, (answer, attempt) =>
        oracle.limits.reserved(asked, answer, attempt),
      )
    }
  }
}
