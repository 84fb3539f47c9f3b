import { describe, expect, test } from 'vitest'
import { standardLimits } from '../../../shared/ledger/entries/limit-settings.ts'
import { limitEvent } from '../../../shared/limits/told/limit-events.ts'
import { upgradeEventsOf } from '../../../shared/limits/told/upgrade-events.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { limitWords } from '../../../shared/notices/limit-words.ts'
import { noticeOf } from '../../../shared/notices/notice.ts'
import { readToldEvent } from '../../../shared/notices/told-event.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { granting } from '../../world/limit-entries.ts'
import { logOf, NOON } from '../../world/pages.ts'

const window = windowOf({ kind: 'month' }, '2026-11-24')

const toldOf = (level: number | 'cleared', user: string | undefined = 'u-17') =>
  readToldEvent(
    limitEvent(
      {
        ...(level === 'cleared' ? { kind: 'cleared' } : { kind: 'reached', level }),
        limit: {
          key: 'tier#text',
          source: { kind: 'tier', id: 'low' },
          scope: user === undefined ? { of: 'account' } : { of: 'user', user },
          selector: { category: 'text', service: undefined },
          window,
          limit: credits('500'),
        },
        spent: credits('502.6533'),
      },
      { account: 'acme', place: '7', at: NOON, settings: standardLimits, former: standardLimits },
    ),
  )

const reader = { language: 'en', timeZone: 'Europe/Berlin', name: 'Acme' } as const
const saidTo = (told: ReturnType<typeof readToldEvent>, more: object = {}) =>
  noticeOf(told, { ...reader, ...more }).paragraphs.slice(1)

describe('a notice of a limit', () => {
  test('tells the user what is spent, when it begins anew, and what can be done', () => {
    expect(saidTo(toldOf(100), { isUser: true })).toEqual([
      'Your limit “Low” for text is used up. Further usage is refused.',
      '€5.026533 of €5.00 is spent.',
      'The limit begins anew on 1 December 2026.',
      'If you need more before then, file a request in the platform.',
    ])
  })

  test('tells admins whose limit it is', () => {
    expect(saidTo(toldOf(80))[0]).toBe('The limit of u-17 “Low” for text will soon be used up.')
    expect(noticeOf(toldOf(80), reader).subject).toBe('80 % of a limit reached · Acme')
    expect(saidTo(toldOf(80), { language: 'de' })).toEqual([
      'Das Limit von u-17 „Low“ für Text ist bald ausgeschöpft.',
      'Verbraucht sind 5,026533\u00a0€ von 5,00\u00a0€.',
      'Ab 1. Dezember 2026 zählt das Limit neu.',
      'Sie können den Tarif oder das Limit anheben oder auf eine Anfrage warten.',
    ])
  })

  test('says when there is room again', () => {
    expect(saidTo(toldOf('cleared'), { isUser: true })[0]).toBe('Your limit “Low” for text has room again.')
  })

  test('is written in every language', () => {
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
        : typeof value
    expect(shape(limitWords.de)).toEqual(shape(limitWords.en))
  })
})

describe('a notice of an upgrade request', () => {
  const decided = (granted: Parameters<typeof granting>[1]) => {
    const [, page] = logOf('acme', [], [granting('u-17', granted)])
    return readToldEvent(upgradeEventsOf([page!])[0])
  }

  test('tells the user what was granted', () => {
    expect(saidTo(decided({ kind: 'amount', credits: credits('1000') }), { isUser: true })).toEqual([
      'You were granted €10.00 more for text. It counts from now on.',
    ])
    expect(saidTo(decided({ kind: 'tier', tier: 'high' }), { isUser: true })).toEqual([
      'You were granted the tier high. It counts from now on.',
    ])
  })

  test('tells the user that nothing was', () => {
    expect(saidTo(decided({ kind: 'nothing' }), { language: 'de', isUser: true })).toEqual([
      'Ihre Anfrage wurde abgelehnt.',
    ])
  })
})
