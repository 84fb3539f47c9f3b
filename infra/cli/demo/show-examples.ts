import { type Credits, credits, rounded, sumOf, toEuros } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import { type AccountBook, findCharge } from '../lib/api/account-book.ts'
import type { ReceiptAnswer } from '../lib/api/api-answers.ts'
import { deliver } from '../lib/events/deliver.ts'
import { type EventFields, identityText, namedEvent, type OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { Failure } from '../lib/failure.ts'
import { receiptLines } from '../lib/log/receipt.ts'
import type { StackAccess } from '../lib/place.ts'
import { tableLines } from '../lib/table.ts'
import type { Voice } from '../lib/voice.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'

const CHAT_CREDITS = '2.6533'
const WORKDAY_CREDITS = ['554', '150', '20', '724']

/**
 * Step 2: the product page's two examples, through the real queue, with their receipts.
 *
 * @throws Failure when something else than 2.6533 and 724 was charged
 */
export async function showExamples(access: StackAccess, book: AccountBook, at: Instant, voice: Voice): Promise<void> {
  const chat = chatExample(at)
  const workday = workdayExample(at)
  await deliver(access, book, [chat, ...workday.flatMap(({ events }) => events)])

  const receipt = await findCharge<ReceiptAnswer>(access.api, chat)
  expectCharged('the chat', [CHAT_CREDITS], [receipt?.total.credits])
  if (receipt !== undefined) showChat(receipt, voice)
  showWorkday(book, workday, voice)
}

function showChat(receipt: ReceiptAnswer, voice: Voice): void {
  voice.line(`\n  A single chat with ${receipt.service}`)
  voice.lines(receiptLines(receipt))
  voice.line()
  voice.paragraph(
    `Charged: ${receipt.total.eur} €, that is ${receipt.total.credits} credits (1 credit = 1 cent). The rounded rows add up to ${receipt.rounded.credits}, as on the page; nothing is rounded before the sum here, so the account pays the exact total.`,
  )
}

function showWorkday(book: AccountBook, workday: readonly Activity[], voice: Voice): void {
  const chargeOf = (event: OutgoingEvent): Credits => credits(book.charges.get(identityText(event)) ?? '0')
  const amounts = workday.map(({ events }) => sumOf(events.map(chargeOf)))
  const total = sumOf(amounts)
  expectCharged('the workday', WORKDAY_CREDITS, [...amounts, total].map(plain))

  voice.line('\n  A productive workday')
  const row = (name: string, events: string, amount: Credits) => [
    name,
    events,
    `${rounded(toEuros(amount), 2)} €`,
    plain(amount),
  ]
  const rows = workday.map(({ name, events }, place) => row(name, String(events.length), amounts[place] ?? total))
  const columns = ['Activity', '>Events', '>Cost', '>Credits']
  voice.lines(tableLines(columns, [...rows, row('Total, exact', '', total)], { hasTotal: true }))
  voice.line(`\n  Charged: ${rounded(toEuros(total), 2)} €, that is ${plain(total)} credits.`)
}

function expectCharged(what: string, wanted: readonly string[], found: readonly (string | undefined)[]): void {
  if (wanted.join() === found.join()) return
  throw new Failure(`${what} should cost ${wanted.join(', ')} credits, but ${found.join(', ')} was charged`)
}

/** One line of the workday: several events that belong together. */
interface Activity {
  readonly name: string
  readonly events: readonly OutgoingEvent[]
}

/** The product page's first example: one chat with GPT-4o. */
export function chatExample(at: Instant): OutgoingEvent {
  const quantities = { input_tokens: 523, output_tokens: 1247, tool_calls: 2 }
  return example('chat', at, { category: 'text', service: 'openai/gpt-4o', quantities })
}

/** The second: 30 chats that used 23,000 input and 217,000 output tokens together, 5 images, 2 workflow wizards. */
export function workdayExample(at: Instant): readonly Activity[] {
  const inputs = shares(23_000, 30)
  const outputs = shares(217_000, 30)
  const chats = inputs.map((input, place) => {
    const quantities = { input_tokens: input, output_tokens: outputs[place] ?? 0 }
    return example(`chat-${place}`, at, { category: 'text', service: 'anthropic/claude-opus-4-7', quantities })
  })
  const images = shares(5, 5).map((count, place) =>
    example(`image-${place}`, at, { category: 'image', service: 'openai/gpt-image-1', quantities: { images: count } }),
  )
  const wizards = shares(2, 2).map((count, place) => {
    const quantities = { runs: count }
    return example(`wizard-${place}`, at, { category: 'text', service: 'platform/workflow-wizard', quantities })
  })
  return [
    { name: '30 longer chats with Claude Opus 4.7', events: chats },
    { name: '5 images with GPT Image 1', events: images },
    { name: '2 workflow wizards', events: wizards },
  ]
}

function example(name: string, time: Instant, what: Pick<EventFields, 'category' | 'service' | 'quantities'>) {
  const who = { account: DEMO_ACCOUNT, user: 'heavy-user', group: 'sales' }
  return namedEvent(`example ${name}`, { ...who, source: '/demo/examples', time, ...what })
}

/** `total` in `count` whole parts, as equal as can be. */
export function shares(total: number, count: number): readonly number[] {
  const least = Math.floor(total / count)
  return Array.from({ length: count }, (_, place) => (place < total - least * count ? least + 1 : least))
}
