import { type Euros, euros } from '../../../shared/money/amounts.ts'
import type { Payment, PaymentStatus, Taking } from '../../../shared/payments/payment.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import type { Random } from '../../world/random.ts'
import type { Machine } from '../engine/machine.ts'
import type { Network, ServiceErrors } from '../engine/network.ts'
import type { Scheduler } from '../engine/scheduler.ts'

export interface PaymentOptions {
  readonly declined: number
  readonly hard: number
  readonly needsAction: number
  readonly processing: number
  /** Of what was taken, refunded or disputed later. */
  readonly takenBack: number
  /** Of the provider's messages. */
  readonly lostHints: number
  readonly repeatedHints: number
  readonly hintLagMs: number
  /** Nobody pays on a page with this. */
  readonly leftPages: number
}

/** A payment as the provider has it. */
export interface Made {
  readonly id: string
  readonly account: string
  readonly topUp: string
  /** Cents. */
  readonly cents: bigint
  readonly customer: string
  readonly createdAt: number
  /** What is charged; `undefined`: chosen on a page. */
  readonly method: string | undefined
  status: PaymentStatus
  decline: { readonly code: string; readonly isHard: boolean } | undefined
  readonly takings: {
    readonly id: string
    readonly cause: Taking['cause']
    readonly cents: bigint
    readonly at: number
  }[]
}

interface Page {
  readonly id: string
  readonly account: string
  readonly topUp: string | undefined
  readonly cents: bigint
  readonly customer: string
  readonly expiresAt: number
  payment: string | undefined
  isOpen: boolean
  /** Cards that a person tried there. */
  tries: number
}

/** A payment provider: keys that it forgets after a day, declines, payments that take days, pages, messages that get lost. */
export interface Payments {
  readonly clientOf: (machine: Machine) => PaymentProvider
  readonly made: () => readonly Made[]
  /** The payer, if there is one, stores another method. */
  readonly storeMethod: (account: string) => void
  /** What an account pays with, if the provider's message of it was sent: it may be lost as any other. */
  readonly toldMethod: (account: string) => string | undefined
  /** From now on nothing happens here of its own accord. */
  readonly calmDown: () => void
  /** Whether something of an account is still on its way here. */
  readonly isBusy: (account: string) => boolean
}

export interface PaymentsSetting {
  readonly clock: Scheduler
  readonly random: Random
  readonly network: Network
  readonly options: PaymentOptions
  readonly isFaulty: () => boolean
  /** A message of the provider, already taken for genuine. */
  readonly hint: (body: object) => void
  readonly onMade: (made: Made) => void
  /** A request that breaks the provider's own rules. */
  readonly onMisuse: (text: string) => void
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const PAGE_OPEN_MS = DAY_MS

const inEuros = (cents: bigint): Euros => euros(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)

const failed = (): Error => Object.assign(new Error('the provider failed'), { name: 'OutcomeUnknown' })
const errors: ServiceErrors = { throttle: failed, serverError: failed }

export function paymentsOf(setting: PaymentsSetting): Payments {
  const { clock, random, network, options, isFaulty, hint, onMade, onMisuse } = setting
  const payments = new Map<string, Made>()
  const keys = new Map<string, { readonly at: number; readonly request: string; readonly answer: unknown }>()
  const pages = new Map<string, Page>()
  const customers = new Set<string>()
  const methods = new Map<string, { readonly id: string; readonly isTold: boolean }>()
  let serial = 0
  let isCalm = false
  const later = (milliseconds: number, happen: () => void): void =>
    clock.after(milliseconds, () => {
      if (!isCalm) happen()
    })
  const next = (kind: string): string => {
    serial += 1
    return `${kind}_${serial}`
  }
  const customerOf = (account: string): string => `cus_${account}`
  const accountOf = (customer: string): string => customer.slice('cus_'.length)

  const say = (body: object): boolean => {
    if (isFaulty() && random.chance(options.lostHints)) return false
    const times = isFaulty() && random.chance(options.repeatedHints) ? 1 + random.below(3) : 1
    for (let time = 0; time < times; time += 1) clock.after(50 + random.unit() * options.hintLagMs, () => hint(body))
    return true
  }

  const become = (made: Made, status: PaymentStatus): void => {
    made.status = status
    say({ payment: made.id })
    if (status === 'succeeded' && random.chance(options.takenBack))
      later(random.unit() * 3 * 60 * MINUTE_MS, () => takeBack(made))
  }
  /** Refunds in pieces, disputes of all of it, one after the other in any order; each may be undone an hour later. */
  const takeBack = (made: Made): void => {
    for (let times = 1 + random.below(3); times > 0; times -= 1) {
      const isDispute = random.chance(0.4)
      const cents = isDispute || random.chance(0.4) ? made.cents : made.cents / 3n
      const id = next(isDispute ? 'dp' : 're')
      made.takings.push({ id, cause: isDispute ? 'dispute' : 'refund', cents, at: clock.now() })
      if (random.chance(isDispute ? 0.4 : 0.2)) later(60 * MINUTE_MS, () => undo(made, id, isDispute, cents))
    }
    say({ payment: made.id })
  }
  const undo = (made: Made, id: string, isDispute: boolean, cents: bigint): void => {
    const { at } = made.takings.find((taking) => taking.id === id)!
    if (isDispute) made.takings.push({ id: `${id}#won`, cause: 'dispute-won', cents, at })
    else made.takings.push({ id: `${id}#failed`, cause: 'refund-failed', cents, at })
    say({ payment: made.id })
  }
  const make = (of: Pick<Made, 'account' | 'topUp' | 'cents' | 'customer' | 'method'>): Made => {
    const made: Made = {
      ...of,
      id: next('pi'),
      createdAt: Math.floor(clock.now()),
      status: 'canceled',
      decline: undefined,
      takings: [],
    }
    payments.set(made.id, made)
    onMade(made)
    return made
  }
  const draw = (made: Made, method: string): void => {
    const unit = random.unit()
    const { declined, hard, needsAction, processing } = options
    // A method that was stored later is a good one.
    if (isCalm) become(made, 'processing')
    else if (!method.endsWith('#1') || unit >= declined + needsAction + processing) become(made, 'succeeded')
    else if (unit < declined) {
      made.decline = { code: 'card_declined', isHard: random.chance(hard) }
      become(made, 'declined')
    } else if (unit < declined + needsAction) become(made, 'needs-action')
    else goOn(made)
  }
  /** A debit that takes days. */
  const goOn = (made: Made): void => {
    become(made, 'processing')
    later(random.unit() * random.pick([MINUTE_MS, 60 * MINUTE_MS, DAY_MS]), () => {
      if (made.status === 'processing') become(made, random.chance(0.8) ? 'succeeded' : 'canceled')
    })
  }

  /** Stripe: within a day the same key answers as the first time, with what it was then. */
  const keyed = <T>(key: string, request: object, execute: () => T): T => {
    const text = JSON.stringify(request)
    const known = keys.get(key)
    if (known !== undefined && clock.now() - known.at < DAY_MS) {
      if (known.request !== text) onMisuse(`key ${key}: ${text}, first ${known.request}`)
      return known.answer as T
    }
    const answer = execute()
    keys.set(key, { at: clock.now(), request: text, answer })
    return answer
  }

  const visit = (page: Page): void => {
    const isPayment = page.topUp !== undefined
    if (random.chance(isPayment ? options.leftPages : options.leftPages * 0.3)) return
    // Who wants to store a method does so at once, or somewhat later.
    const latest = isPayment ? 4 * 60 : random.pick([1, 60])
    later(random.unit() * latest * MINUTE_MS, () => {
      if (!page.isOpen) return
      page.isOpen = false
      if (page.topUp === undefined) {
        methods.set(page.customer, { id: `pm_${page.account}#1`, isTold: say({ checkout: page.id }) })
        return
      }
      const { account, topUp, cents, customer } = page
      const isDeclined = page.tries === 0 && isFaulty() && random.chance(options.declined)
      page.tries += 1
      if (isDeclined) {
        page.isOpen = true
        const tried = make({ account, topUp, cents, customer, method: undefined })
        tried.decline = { code: 'card_declined', isHard: false }
        become(tried, 'declined')
        // With another card, or nobody comes back.
        visit(page)
        return
      }
      const made = make({ account, topUp, cents, customer, method: undefined })
      page.payment = made.id
      become(made, 'succeeded')
      say({ checkout: page.id })
    })
  }
  const open = (of: Pick<Page, 'account' | 'topUp' | 'cents' | 'customer'>): Page => {
    const page: Page = {
      ...of,
      id: next('cs'),
      expiresAt: clock.now() + PAGE_OPEN_MS,
      payment: undefined,
      isOpen: true,
      tries: 0,
    }
    pages.set(page.id, page)
    visit(page)
    return page
  }

  const clientOf = (machine: Machine): PaymentProvider => {
    const call = <T>(what: string, execute: () => T): Promise<T> =>
      network.call(machine, { what: `payments ${what}`, attempts: 1, errors }, execute)
    const shown = (made: Made): Payment => ({
      id: made.id,
      account: made.account,
      topUp: made.topUp,
      status: made.status,
      currency: 'EUR',
      amount: inEuros(made.cents),
      customer: made.customer,
      isLive: false,
      createdAt: made.createdAt,
      decline: made.decline,
      method: { id: made.method ?? 'pm', brand: 'visa', lastFour: '4242', expires: undefined },
      takings: made.takings.map(({ id, cause, cents }) => ({ id, cause, amount: inEuros(cents) })),
    })
    return {
      name: 'simulated',
      createCustomer: ({ account }) =>
        call(`customer ${account}`, () => {
          customers.add(customerOf(account))
          return customerOf(account)
        }),
      customer: (id) => call(`customer ${id}`, () => (customers.has(id) ? { account: accountOf(id) } : undefined)),
      charge: ({ name, customer, method, key, amount }) => {
        const cents = BigInt(amount.times(100).toFixed())
        return call(`charge ${name.account} ${name.topUp}`, () =>
          keyed(key, { customer, method, cents: String(cents) }, () => {
            const made = make({ ...name, cents, customer, method })
            draw(made, method)
            return shown(made)
          }),
        )
      },
      checkout: ({ name, customer, amount }) => {
        const cents = BigInt(amount.times(100).toFixed())
        return call(`page ${name.account} ${name.topUp}`, () =>
          keyed(`page ${name.account}#${name.topUp}`, { customer, cents: String(cents) }, () => {
            const { id, expiresAt } = open({ ...name, cents, customer })
            return { id, url: `https://pay.example/${id}`, expiresAt }
          }),
        )
      },
      openCheckouts: ({ account, topUp }, customer) =>
        call(`pages for ${account} ${topUp}`, () =>
          [...pages.values()]
            .filter((page) => page.isOpen && page.expiresAt > clock.now() && page.customer === customer)
            .filter((page) => page.account === account && page.topUp === topUp)
            .map(({ id, expiresAt }) => ({ id, url: `https://pay.example/${id}`, expiresAt })),
        ),
      closeCheckout: (id) =>
        call(`close ${id}`, () => {
          pages.get(id)!.isOpen = false
        }),
      setup: ({ customer, key }) =>
        call(`setup ${customer}`, () =>
          keyed(`setup ${key}`, { customer }, () => {
            const { id, expiresAt } = open({ account: accountOf(customer), topUp: undefined, cents: 0n, customer })
            return { id, url: `https://pay.example/${id}`, expiresAt }
          }),
        ),
      outcomeOfCheckout: (id) =>
        call(`outcome ${id}`, () => {
          const page = pages.get(id)
          return page && { account: page.account, customer: page.customer, payment: page.payment }
        }),
      paymentsFor: ({ account, topUp }, customer, since) =>
        call(`payments for ${account} ${topUp}`, () =>
          [...payments.values()]
            .filter((made) => made.account === account && made.topUp === topUp)
            .filter((made) => made.customer === customer && made.createdAt >= since)
            .map(shown),
        ),
      paymentsOf: (account, customer, since) =>
        call(`payments of ${account}`, () =>
          [...payments.values()]
            .filter((made) => made.account === account && made.customer === customer && made.createdAt >= since)
            .map(shown),
        ),
      payment: (id) =>
        call(`payment ${id}`, () => {
          const made = payments.get(id)
          return made && shown(made)
        }),
      cancel: (id) =>
        call(`cancel ${id}`, () => {
          const made = payments.get(id)!
          if (made.status === 'declined' || made.status === 'needs-action') become(made, 'canceled')
          return shown(made)
        }),
      methodOf: (customer) =>
        call(`method of ${customer}`, () => {
          const id = methods.get(customer)?.id
          return id === undefined ? undefined : { id, brand: 'visa', lastFour: '4242', expires: undefined }
        }),
      isOurs: async () => true,
      paymentsBetween: async function* (from, to) {
        const found = await call('payments of a day', () =>
          [...payments.values()]
            .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
            .sort((a, b) => b.createdAt - a.createdAt)
            .map(shown),
        )
        yield* found
      },
      takingsBetween: async function* (kind, from, to) {
        const found = await call(`${kind}s of a while`, () =>
          [...payments.values()]
            .flatMap(({ id: payment, account, topUp, takings }) =>
              takings.map(({ id: taking, cause, at }) => ({ account, topUp, payment, taking, cause, at })),
            )
            .filter(({ cause, at }) => cause.startsWith(kind) && at >= from && at <= to)
            .sort((a, b) => b.at - a.at),
        )
        yield* found
      },
    }
  }
  return {
    clientOf,
    made: () => [...payments.values()],
    storeMethod: (account) => {
      const customer = customerOf(account)
      if (!customers.has(customer)) return
      methods.set(customer, { id: `pm_${account}#${next('m')}`, isTold: say({ customer }) })
    },
    toldMethod: (account) => {
      const method = methods.get(customerOf(account))
      return method?.isTold === true ? method.id : undefined
    },
    calmDown: () => {
      isCalm = true
    },
    isBusy: (account) =>
      [...payments.values()].some((made) => made.account === account && made.status === 'processing') ||
      [...pages.values()].some(
        (page) => page.account === account && page.topUp !== undefined && page.expiresAt > clock.now(),
      ),
  }
}
