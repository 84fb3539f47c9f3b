import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { verifyWebhook } from '../../../shared/payments/stripe/verify-webhook.ts'

const NOW = Date.UTC(2026, 10, 24, 8)
const SECONDS = NOW / 1000
const SECRET = 'whsec_right_secret'
const settings = { webhookSecrets: ['whsec_other_endpoint_of_ours', SECRET], isLive: true, providerAccount: 'acct_1' }

const event = (changes: object = {}): string =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'payment_intent.succeeded',
    livemode: true,
    data: { object: { id: 'pi_1' } },
    ...changes,
  })
const sign = (body: string, secret = SECRET, at = SECONDS): string =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
const judge = (body: string, header: string | undefined) =>
  verifyWebhook(new TextEncoder().encode(body), header, settings, NOW)

describe('a webhook is genuine', () => {
  test('when one of our secrets signed these bytes now', () => {
    expect(judge(event(), sign(event()))).toEqual({
      kind: 'genuine',
      event: { id: 'evt_1', type: 'payment_intent.succeeded', object: { id: 'pi_1' } },
    })
  })
  test('by either secret while one is being replaced, and by one right signature of several', () => {
    expect(judge(event(), sign(event(), settings.webhookSecrets[0])).kind).toBe('genuine')
    expect(judge(event(), `${sign(event())},v1=${'0'.repeat(64)},v0=abc`).kind).toBe('genuine')
  })
  test('up to five minutes before and after', () => {
    for (const away of [-300, 300]) expect(judge(event(), sign(event(), SECRET, SECONDS + away)).kind).toBe('genuine')
  })
})

describe('a forged webhook is refused', () => {
  const signed = sign(event())
  test.each([
    ['no header', event(), undefined],
    ['no v1', event(), `t=${SECONDS},v0=${'a'.repeat(64)}`],
    ['old', event(), sign(event(), SECRET, SECONDS - 301)],
    ['from the future', event(), sign(event(), SECRET, SECONDS + 301)],
    ['serialized again', JSON.stringify(JSON.parse(event()), null, 2), signed],
    ['a wrong secret', event(), sign(event(), 'whsec_wrong')],
    ["another endpoint's secret", event(), sign(event(), 'whsec_of_another_endpoint')],
    ['empty', '', sign('')],
    ['several times', event(), `t=${SECONDS - 900},${signed}`],
    ['of another account', event({ account: 'acct_2' }), sign(event({ account: 'acct_2' }))],
    ['of another live mode', event({ livemode: false }), sign(event({ livemode: false }))],
    ['truncated', event().slice(0, -1), signed],
    ['huge', event({ pad: 'x'.repeat(70_000) }), sign(event({ pad: 'x'.repeat(70_000) }))],
    ['no event', '[1]', sign('[1]')],
    ['not UTF-8 after all', '\u0000', `t=${SECONDS},v1=`],
  ])('%s', (_, body, header) => {
    expect(judge(body, header).kind).toBe('forged')
  })
})
