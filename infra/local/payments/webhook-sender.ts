import { createHmac } from 'node:crypto'
import type { PendingEvent } from './objects.ts'
import type { KeptState } from './payment-state.ts'

export interface WebhookTarget {
  readonly url: string
  readonly secret: string
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 60_000
const TIMEOUT_MS = 10_000

/** Stripe, "Webhook signatures". */
export const signatureOf = (text: string, secret: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex')}`

/** Sends each event until the receiver accepts it, later and later each time; also those of before a restart. */
export class WebhookSender {
  readonly #kept: KeptState
  readonly #target: WebhookTarget
  readonly #now: () => number
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopped = false

  constructor(kept: KeptState, target: WebhookTarget, now: () => number) {
    this.#kept = kept
    this.#target = target
    this.#now = now
    for (const event of kept.state.events) this.send(event)
  }

  send(event: PendingEvent): void {
    this.#later(0, () => void this.#try(event))
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async #try(event: PendingEvent): Promise<void> {
    if (await this.#isAccepted(event)) {
      const { state } = this.#kept
      state.events = state.events.filter(({ id }) => id !== event.id)
      this.#kept.save()
      return
    }
    event.tries += 1
    this.#later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** event.tries), () => this.send(event))
  }

  async #isAccepted({ text }: PendingEvent): Promise<boolean> {
    const { url, secret } = this.#target
    const signature = signatureOf(text, secret, Math.floor(this.#now() / 1000))
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
    try {
      const answer = await fetch(url, { method: 'POST', headers, body: text, signal: AbortSignal.timeout(TIMEOUT_MS) })
      return answer.ok
    } catch {
      return false
    }
  }

  #later(milliseconds: number, run: () => void): void {
    if (this.#isStopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, milliseconds)
    this.#timers.add(timer)
  }
}
