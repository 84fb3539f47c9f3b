import { euros, toCredits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { parseInstant } from '../../../shared/time/instant.ts'
import { checkBalance } from '../lib/api/balance-check.ts'
import { bookOfAccount } from '../lib/api/charge-book.ts'
import type { Output } from '../lib/progress.ts'
import type { Voice } from '../lib/say.ts'
import type { StackAccess } from '../lib/stack-access.ts'
import { grouped } from '../lib/table.ts'
import { DEMO_ACCOUNT, DEMO_GRANT } from './demo-account.ts'
import { type DemoState, finishDemo } from './demo-state.ts'
import { showNotice } from './notices.ts'
import { prepareAccount } from './prepare-account.ts'
import { showExamples } from './show-examples.ts'
import { showGenerated } from './show-generated.ts'
import { showLimits } from './show-limits.ts'
import { showTopUp } from './show-top-up.ts'

export interface DemoStage {
  readonly access: StackAccess
  readonly directory: string
  readonly voice: Voice
  readonly output: Output
}

/**
 * The demo, or the rest of it: every step may be repeated, and changes nothing the second time.
 *
 * @throws Failure when a figure is not what it has to be
 */
export async function runDemo(stage: DemoStage, state: DemoState): Promise<void> {
  const { access, directory, voice, output } = stage
  const startedAt = parseInstant(state.startedAt)
  if (startedAt === undefined) throw new Error(`demo.json in ${directory} holds no time: ${state.startedAt}`)
  const book = bookOfAccount(access.api, DEMO_ACCOUNT)

  voice.heading('1  A rate card and 50.00 €')
  await prepareAccount(access.api)
  voice.line(`  Account ${DEMO_ACCOUNT} has a grant of ${DEMO_GRANT} €, that is ${creditsText(DEMO_GRANT)} credits.`)

  voice.heading("2  The product page's two examples, published to the queue")
  await showExamples(access, book, startedAt, voice)

  voice.heading('3  What three days of real life look like')
  voice.line('  Copies, late events, an unknown model, malformed ones, in no order:')
  await showGenerated(access, book, { seed: state.seed, startedAt }, { voice, output })

  const { balance, credited, charged } = await checkBalance(access.api, DEMO_ACCOUNT, book)
  voice.line()
  voice.line(`  Balance: ${balance.eur} € (${grouped(balance.credits)} credits)`)
  voice.paragraph(
    `= grants ${credited.eur} € - charges ${charged.eur} €, to the last digit; every entry of the log added up again.`,
  )
  await showNotice(directory, voice)

  voice.heading('4  Credits that are bought by themselves')
  await showTopUp(access, startedAt, directory, voice)

  voice.heading('5  A user at a limit')
  await showLimits(access, startedAt, directory, voice)
  await finishDemo(directory, state)
}

const creditsText = (eur: string): string => grouped(plain(toCredits(euros(eur))))
