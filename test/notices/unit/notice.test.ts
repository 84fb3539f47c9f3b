import { describe, expect, test } from 'vitest'
import { suspendReasons } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { adviceOn, declineWords } from '../../../shared/notices/decline-words.ts'
import { mailHtml, mailText } from '../../../shared/notices/mail-body.ts'
import { noticeOf } from '../../../shared/notices/notice.ts'
import { noticeWords } from '../../../shared/notices/notice-words.ts'
import { readToldEvent, toldTypes } from '../../../shared/notices/told-event.ts'
import { lowBalanceEvent } from '../../../shared/spend/balance-events.ts'
import { languages } from '../../../shared/text/language.ts'
import { endReasons } from '../../../shared/top-ups/top-up.ts'
import { actionRequired, notBought } from '../../../shared/top-ups/top-up-events.ts'
import { creditedTopUp } from '../../world/example-top-up.ts'

const reader = (language: 'de' | 'en') => ({ language, timeZone: 'Europe/Berlin', name: 'Größe & Söhne <KG>' })

const topUp = (kind: string, data: object = {}) =>
  readToldEvent({
    id: `acme#auto-17#${kind}`,
    time: '2026-11-24T07:15:00.000Z',
    type: `groschen.top-up.${kind}`,
    data: {
      account: 'acme',
      topUp: 'auto-17',
      origin: 'automatic',
      amount: { eur: '100.00', credits: '10000' },
      ...data,
    },
  })

describe('a notice', () => {
  test('of credits that were bought says what was credited, what was paid, and what there is now', () => {
    const told = topUp('succeeded', { paid: '119.00', balance: { eur: '1119.9033', credits: '111990.33' } })
    expect(noticeOf(told, reader('en'))).toMatchObject({
      subject: '10,000 credits bought · Größe & Söhne <KG>',
      paragraphs: [
        expect.anything(),
        'The purchase of 10,000 credits was added to the balance; €119.00 was paid.',
        'The balance is €1,119.9033.',
        'The receipt has the number acme/auto-17; the API has it as a PDF at /v1/accounts/acme/top-ups/auto-17/receipt.pdf.',
      ],
      reference: 'Reference acme#auto-17#succeeded',
    })
    expect(noticeOf(told, reader('de')).paragraphs.slice(1)).toEqual([
      'Der Kauf von 10.000 Credits ist gutgeschrieben; bezahlt wurden 119,00\u00a0€.',
      'Das Guthaben beträgt 1.119,9033\u00a0€.',
      'Der Beleg hat die Nummer acme/auto-17; als PDF steht er in der API unter /v1/accounts/acme/top-ups/auto-17/receipt.pdf.',
    ])
  })

  test('of credits that do not bring the balance above zero says that usage is still refused, and what comes next', () => {
    const owing = { paid: '59.92', balance: { eur: '-45.00', credits: '-4500' } }
    const told = topUp('succeeded', { ...owing, nextTry: '2026-11-24T08:15:00.000Z' })
    expect(noticeOf(told, reader('en')).paragraphs.slice(2, 5)).toEqual([
      'The balance is -€45.00.',
      'New usage is still refused: it is allowed as soon as the balance is above zero.',
      'Automatic top-up buys again on 24 November 2026 at 09:15 CET.',
    ])
    expect(noticeOf(topUp('succeeded', owing), reader('de')).paragraphs.slice(2, 4)).toEqual([
      'Das Guthaben beträgt -45,00\u00a0€.',
      'Neue Nutzung wird weiter abgelehnt, bis das Guthaben über null liegt.',
    ])
    expect(
      mailText(noticeOf(topUp('succeeded', { ...owing, balance: { eur: '0.00', credits: '0' } }), reader('en'))),
    ).toContain('still refused')
    expect(
      mailText(noticeOf(topUp('succeeded', { ...owing, balance: { eur: '0.01', credits: '1' } }), reader('en'))),
    ).not.toContain('still refused')
  })

  test('of an invoice does not say that it was paid, but which one is to be', () => {
    const told = topUp('succeeded', { paid: '119.00', origin: 'invoice', reference: 'INV-17' })
    expect(noticeOf(told, reader('en')).paragraphs[1]).toBe(
      'The purchase of 10,000 credits was added to the balance. The invoice INV-17 over €119.00 is to be paid for it.',
    )
    const german = noticeOf(told, reader('de')).paragraphs.join(' ')
    expect(german).toContain('die Rechnung INV-17 über 119,00\u00a0€')
    expect(german).not.toContain('bezahlt wurden')
  })

  test('of a decline says why, and when it is tried again, by the clock of the account', () => {
    const told = topUp('failed', {
      reason: 'declined',
      declineCode: 'insufficient_funds',
      nextTry: '2026-11-24T08:15:00.000Z',
    })
    expect(noticeOf(told, reader('en')).paragraphs.slice(1)).toEqual([
      'The purchase of 10,000 credits failed. Nothing was charged.',
      'The payment method was declined.',
      'There is not enough money behind it. Provide for it, or store another payment method.',
      'The next try is on 24 November 2026 at 09:15 CET.',
    ])
  })

  test('of a suspension promises that another payment method helps only after declines', () => {
    const said = (reason: string) => noticeOf(topUp('suspended', { reason }), reader('en')).paragraphs[1]
    expect(said('declined')).toContain('store another payment method')
    for (const reason of ['disputed', 'refunded'])
      expect(said(reason)).toBe('Automatic top-up is suspended until you start it again yourself.')
  })

  test('of a restored account says that automatic top-up goes on by itself, and asks for nothing', () => {
    const said = noticeOf(topUp('suspended', { reason: 'reconciling' }), reader('en')).paragraphs.slice(1)
    expect(said).toEqual([
      'Automatic top-up waits until every payment has been compared with the restored account. After that it goes on by itself.',
      'No card is charged until then.',
    ])
  })

  test.each(languages)('in %s says of every decline what to do, and shows no code of the provider', (language) => {
    for (const code of [
      'insufficient_funds',
      'expired_card',
      'do_not_honor',
      'lost_card',
      'processing_error',
      'new_one',
    ]) {
      const text = mailText(noticeOf(topUp('failed', { reason: 'declined', declineCode: code }), reader(language)))
      expect(text).not.toContain(code)
      expect(text).toContain(declineWords[language][adviceOn(code)])
    }
    expect(adviceOn('stolen_card')).toBe(adviceOn('generic_decline'))
  })

  test('of one credit is not of several', () => {
    const told = topUp('succeeded', { amount: { eur: '0.01', credits: '1' }, paid: '0.01' })
    expect(noticeOf(told, reader('de')).subject).toContain('1 Credit aufgeladen')
    expect(noticeOf(told, reader('en')).subject).toContain('1 credit bought')
  })

  test('that asks for something leads to where it is done', () => {
    const { detail } = { detail: actionRequired(creditedTopUp(), 'https://pay.example/?a=1&b=2') }
    const notice = noticeOf(readToldEvent(detail), reader('en'))
    expect(notice.link).toEqual({ label: 'Confirm the payment', url: 'https://pay.example/?a=1&b=2' })
    expect(mailText(notice)).toContain('Confirm the payment: https://pay.example/?a=1&b=2')
    expect(mailHtml(notice)).toContain('<a href="https://pay.example/?a=1&amp;b=2">')
  })

  test('of a low balance says the level, the balance and the remedy', () => {
    const event = lowBalanceEvent(
      { id: 'acme#9#1000', account: 'acme', seq: 9, at: 0, level: credits('1000'), balance: credits('997.6533') },
      false,
    )
    expect(noticeOf(readToldEvent(event), reader('en'))).toMatchObject({
      subject: 'Balance below €10.00 · Größe & Söhne <KG>',
      paragraphs: [
        expect.anything(),
        'The balance fell below €10.00 and is €9.976533 now.',
        expect.stringContaining('automatic top-up'),
      ],
    })
  })

  const exhausted = (automaticTopUp: object) =>
    readToldEvent({
      id: 'acme#9#exhausted',
      time: '2026-11-24T07:15:00.000Z',
      type: 'groschen.balance.exhausted',
      data: { account: 'acme', seq: 9, balance: { eur: '-0.035', credits: '-3.5' }, automaticTopUp },
    })

  test('of a balance that is used up says what is refused, what goes on, and what helps', () => {
    expect(noticeOf(exhausted({ kind: 'off' }), reader('en'))).toMatchObject({
      subject: 'Balance used up · Größe & Söhne <KG>',
      paragraphs: [
        expect.anything(),
        'The balance is used up; it is -€0.035 now.',
        'From now on new usage is refused: every access check and every reservation of this account. Usage that has already happened is still charged, so the balance may fall further.',
        'Automatic top-up is switched off.',
        'Buy credits: usage is allowed again as soon as the balance is above zero.',
      ],
    })
    const buying = exhausted({ kind: 'open', buys: { eur: '100.00', credits: '10000' } })
    expect(noticeOf(buying, reader('de')).paragraphs.slice(3)).toEqual([
      'Das automatische Aufladen kauft gerade 10.000 Credits. Sobald sie gutgeschrieben sind und das Guthaben über null liegt, wird Nutzung wieder zugelassen.',
    ])
    const waiting = exhausted({ kind: 'waiting', reason: 'cap-reached', nextTry: '2026-11-30T23:00:00.000Z' })
    expect(noticeOf(waiting, reader('en')).paragraphs.slice(3, 6)).toEqual([
      'Automatic top-up is on, and waits.',
      'The cap for this month is reached. You can raise it in the settings.',
      'The next try is on 1 December 2026 at 00:00 CET.',
    ])
  })

  test.each(languages)('in %s of a stop says how to lift it, also while automatic top-up is off', (language) => {
    const said = (state: string) =>
      mailText(noticeOf(topUp('suspended', { reason: 'refunded', state }), reader(language)))
    const { moneyBack, whileOff, whileOpen } = noticeWords[language].suspended
    for (const state of ['off', 'idle', 'open', 'suspended']) {
      expect(said(state)).toContain(moneyBack)
      expect(said(state)).toContain('POST /v1/accounts/acme/top-up-retries')
      expect(said(state).includes(whileOff)).toBe(state === 'off')
      expect(said(state).includes(whileOpen)).toBe(state === 'open')
    }
  })

  test.each(languages)('in %s has words for every kind, with every reason', (language) => {
    for (const type of toldTypes.filter((one) => one.startsWith('groschen.top-up.')))
      for (const reason of [...endReasons, ...suspendReasons]) {
        const { subject, paragraphs } = noticeOf(
          topUp(type.slice('groschen.top-up.'.length), { reason }),
          reader(language),
        )
        expect(subject.length).toBeGreaterThan(20)
        expect(paragraphs).toContain(noticeWords[language].reasons[reason])
      }
  })

  test('as HTML has no text of a customer that is not escaped', () => {
    const html = mailHtml(noticeOf(topUp('succeeded'), reader('de')))
    expect(html).toContain('Größe &amp; Söhne &lt;KG&gt;')
    expect(html).not.toContain('<KG>')
  })
})

describe('an event on the bus', () => {
  test('is read as it is published', () => {
    const event = notBought(creditedTopUp({ reason: 'no-payment-method' }), 'skipped')
    expect(readToldEvent(JSON.parse(JSON.stringify(event))).event).toMatchObject({
      kind: 'skipped',
      data: { reason: 'no-payment-method' },
    })
  })

  test('that people do not hear of is refused: no rule chose it', () => {
    expect(() => readToldEvent({ id: '1', time: '', type: 'groschen.rates.changed', data: {} })).toThrow()
  })
})
