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

/** Sends each event until it is heard, later and later each time; those of before a restart too. */
export function webhookSender(
  { state, save }: KeptState,
  target: WebhookTarget,
  now: () => number,
): { readonly send: (event: PendingEvent) => void; readonly stop: () => void } {
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false
  const later = (milliseconds: number, run: () => void): void => {
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, milliseconds)
    timers.add(timer)
  }
  const isHeard = async ({ text }: PendingEvent): Promise<boolean> => {
    const signature = signatureOf(text, target.secret, Math.floor(now() / 1000))
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
    try {
      const answer = await fetch(target.url, {
        method: 'POST',
        headers,
        body: text,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return answer.ok
    } catch {
      return false
    }
  }
  const send = (event: PendingEvent): void => {
    later(0, async () => {
      if (await isHeard(event)) {
        state.events = state.events.filter(({ id }) => id !== event.id)
        save()
        return
      }
      event.tries += 1
      later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** event.tries), () => send(event))
    })
  }
  for (const event of state.events) send(event)
  return {
    send,
    stop: () => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
