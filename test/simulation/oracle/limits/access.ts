import { type Amount, amount, amountText } from '../amount.ts'
import type { Report } from '../findings.ts'
import type { LimitsLog } from './limits-log.ts'
import { isCounted, limitsAt, type PlainLimit, spentAt, tierOf, unset } from './standings.ts'

/** What somebody asked, of a check or a reservation. */
export interface Asked {
  readonly account: string
  readonly user: string
  readonly group?: string | undefined
  readonly category: string
  readonly model?: string | undefined
  /** In credits. */
  readonly estimate?: string | undefined
}

/** A verdict of the API. */
export interface Answered {
  readonly category: string
  readonly allowed: boolean
  readonly reason: string
  readonly limitSource?: Readonly<Record<string, string>>
  readonly limit?: { readonly credits: string }
  readonly spent?: { readonly credits: string }
  readonly held?: { readonly credits: string }
  readonly remaining?: { readonly credits: string }
  readonly resetsAt?: string
}

/** Where something may be spent: a limit, or the balance. */
interface Room {
  readonly limit: PlainLimit | undefined
  readonly spent: Amount
  readonly left: Amount
}

export interface Question {
  readonly log: LimitsLog
  readonly seq: number
  /** The day that the process decided on; two around its midnight. */
  readonly days: readonly string[]
  readonly isPriced: boolean
  readonly asked: Asked
  /** Of a limit, what is held beside what is asked for. A check doesn't look. */
  readonly held: Amount | undefined
}

const CATEGORIES = ['text', 'image', 'api', 'other']

/** Whether an answer is what the log says at its page: yes where every limit and the balance has room, else why not. */
export function judgeAnswer(question: Question, answer: Answered, report: Report): void {
  const faults = question.days.map((day) => faultOf(question, day, answer))
  if (faults.includes(undefined)) return
  const { asked, seq } = question
  const rule = answer.allowed ? 'nobody is let pass at a limit' : 'nobody is blocked who has room'
  const isOnlyNamed = faults.every((fault) => fault?.startsWith('says '))
  report(
    'safety',
    isOnlyNamed ? 'what an answer says of a limit is what the log says' : rule,
    `page ${seq}, ${JSON.stringify(asked)}: ${faults[0]}; answered ${JSON.stringify(answer)}`,
  )
}

function faultOf(question: Question, day: string, answer: Answered): string | undefined {
  const { log, seq, asked, isPriced, held } = question
  const { stopped, unknown, holdsBalance } = log.settingsAt(seq)?.value ?? unset
  if (stopped !== undefined) return expected(answer, 'account-stopped')
  if (tierOf(log, asked.user, seq) === undefined && unknown.user === 'refuse') return expected(answer, 'unknown-user')
  if (!CATEGORIES.includes(answer.category) && unknown.category === 'refuse')
    return expected(answer, 'unknown-category')
  if (!isPriced && unknown.model === 'refuse') return expected(answer, 'unpriced-model')

  const use = { category: answer.category, service: asked.model }
  const rooms = limitsAt(log, seq, { user: asked.user, group: asked.group, day })
    .filter((limit) => isCounted(limit, use))
    .map((limit): Room => {
      const spent = spentAt(log, limit, seq)
      return { limit, spent, left: limit.limit - spent }
    })
  rooms.push({ limit: undefined, spent: 0n, left: log.balanceAt(seq) })
  const wanted = asked.estimate === undefined ? 1n : amount(asked.estimate)
  const hopeless = rooms.filter(({ left }) => left <= 0n || left < wanted)
  const named = rooms.find((room) => sourceText(sourceOf(room)) === sourceText(answer.limitSource))
  if (named === undefined) return `there is no ${sourceText(answer.limitSource)}`
  const said = saidOf(named, answer)
  if (said !== undefined) return said
  if (hopeless.length > 0) {
    // Which of several has the least left beside what is held, a reservation alone knows.
    const least = held === undefined ? hopeless.reduce((a, b) => (b.left < a.left ? b : a)) : named
    if (!hopeless.includes(named)) return `${sourceText(sourceOf(named))} has room, others have none`
    const reason = named.left > 0n ? 'estimate-too-large' : named.limit === undefined ? 'no-balance' : 'limit-reached'
    if (least.left !== named.left) return `${sourceText(sourceOf(least))} has the least left, ${amountText(least.left)}`
    return expected(answer, reason)
  }
  const own = named.limit === undefined && !holdsBalance ? 0n : held
  if (own === undefined) {
    const least = rooms.reduce((a, b) => (b.left < a.left ? b : a))
    const left = answer.remaining && amount(answer.remaining.credits)
    if (left !== least.left) return `says that ${answer.remaining?.credits} are left, not ${amountText(least.left)}`
    return expected(answer, 'ok')
  }
  const isRoom = named.left - own >= wanted
  return expected(answer, isRoom ? 'ok' : 'in-flight')
}

const expected = ({ reason, allowed }: Answered, wanted: string): string | undefined =>
  reason === wanted && allowed === (wanted === 'ok') ? undefined : `${wanted}, not ${reason}`

function saidOf({ limit, spent }: Room, answer: Answered): string | undefined {
  if (limit === undefined) return undefined
  const [shown, of] = [answer.spent?.credits ?? '', answer.limit?.credits ?? '']
  if (amount(of) !== limit.limit) return `says that the limit is ${of}, not ${amountText(limit.limit)}`
  return amount(shown) === spent ? undefined : `says that ${shown} is spent, not ${amountText(spent)}`
}

const sourceOf = ({ limit }: Room): Readonly<Record<string, string>> => limit?.source ?? { kind: 'balance' }
export const sourceText = (source: Readonly<Record<string, string>> = {}): string =>
  Object.entries(source)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join(' ')
