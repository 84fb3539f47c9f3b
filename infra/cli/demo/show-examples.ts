import { type Credits, credits, rounded, sumOf, toEuros } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import type { ReceiptAnswer } from '../lib/api/api-answers.ts'
import type { ApiClient } from '../lib/api/api-client.ts'
import { type ChargeBook, findCharge } from '../lib/api/charge-book.ts'
import { deliver } from '../lib/events/deliver.ts'
import { identityText, type OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { Failure } from '../lib/failure.ts'
import { receiptLines } from '../lib/log/receipt.ts'
import type { Voice } from '../lib/say.ts'
import type { StackAccess } from '../lib/stack-access.ts'
import { tableLines } from '../lib/table.ts'
import { type Activity, chatExample, workdayExample } from './seed-examples.ts'

const CHAT_CREDITS = '2.6533'
const WORKDAY_CREDITS = ['554', '150', '20', '724']

/**
 * Step 2: the seed page's two examples, through the real queue, with their receipts.
 *
 * @throws Failure when something else than 2.6533 and 724 was charged
 */
export async function showExamples(
  access: StackAccess,
  book: ChargeBook,
  startedAt: Instant,
  voice: Voice,
): Promise<void> {
  const chat = chatExample(startedAt)
  const workday = workdayExample(startedAt)
  await deliver(access, book, [chat, ...workday.flatMap(({ events }) => events)])

  await showChat(access.api, chat, voice)
  showWorkday(book, workday, voice)
}

async function showChat(api: ApiClient, chat: OutgoingEvent, voice: Voice): Promise<void> {
  const receipt = await findCharge<ReceiptAnswer>(api, chat)
  expectCharged('the chat', [CHAT_CREDITS], [receipt?.total.credits])
  if (receipt === undefined) return
  voice.line(`\n  A single chat with ${receipt.service}`)
  voice.lines(receiptLines(receipt))
  voice.line()
  voice.paragraph(
    `Charged: ${receipt.total.credits} credits (1 credit = 1 cent). The rounded rows add up to ${receipt.rounded.credits}, as on the page; nothing is rounded before the sum here, so the account pays the exact total.`,
  )
}

function showWorkday(book: ChargeBook, workday: readonly Activity[], voice: Voice): void {
  const amounts = workday.map(({ events }) => sumOf(events.map((event) => chargeOf(book, event))))
  const total = sumOf(amounts)
  const found = [...amounts, total]
  expectCharged('the workday', WORKDAY_CREDITS, found.map(plain))

  voice.line('\n  A productive workday')
  const rows = [...workday.map(({ name }) => name), 'Total, exact'].map((name, place) => {
    const amount = found[place] ?? total
    return [name, String(workday[place]?.events.length ?? ''), `${rounded(toEuros(amount), 2)} €`, plain(amount)]
  })
  const lines = tableLines(
    [
      { title: 'Activity', align: 'left' },
      { title: 'Events', align: 'right' },
      { title: 'Cost', align: 'right' },
      { title: 'Credits', align: 'right' },
    ],
    rows,
  )
  voice.lines([...lines.slice(0, -1), lines[1] ?? '', ...lines.slice(-1)])
  voice.line()
  voice.line(`  Charged: ${plain(total)} credits.`)
}

const chargeOf = (book: ChargeBook, event: OutgoingEvent): Credits =>
  credits(book.charges.get(identityText(event)) ?? '0')

function expectCharged(what: string, wanted: readonly string[], found: readonly (string | undefined)[]): void {
  if (wanted.join() === found.join()) return
  throw new Failure(`${what} should cost ${wanted.join(', ')} credits, but ${found.join(', ')} was charged`)
}
