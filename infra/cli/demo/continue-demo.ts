import { join } from 'node:path'
import { euros, toCredits } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { type Instant, instantText, parseInstant } from '../../../shared/time/instant.ts'
import type { AttachedStack } from '../../local/stack.ts'
import { AccountBook } from '../lib/api/account-book.ts'
import type { BalanceAnswer } from '../lib/api/api-answers.ts'
import type { ApiClient } from '../lib/api/api-client.ts'
import { readJsonFile, writeJsonFile } from '../lib/data-folder.ts'
import { Failure } from '../lib/failure.ts'
import { ensureRateCard } from '../lib/first-rate-card.ts'
import { accessTo, type StackAccess } from '../lib/place.ts'
import { grouped } from '../lib/table.ts'
import type { Voice } from '../lib/voice.ts'
import { DEMO_ACCOUNT, DEMO_GRANT, DEMO_LEVEL } from './demo-account.ts'
import { noticeOn } from './notices.ts'
import { showExamples } from './show-examples.ts'
import { showGenerated } from './show-generated.ts'
import { showLimits } from './show-limits.ts'
import { showTopUp } from './show-top-up.ts'

/** Makes the demo of a folder the same again after an interruption: all ids and times follow from it. */
interface DemoState {
  readonly seed: number
  readonly startedAt: string
  readonly course: 'running' | 'finished' | 'left-out'
}

/** Chosen so that the generated usage crosses 10.00 € once and leaves something over. */
const SEED = 20261123

/** Where the demo runs, and what it shows. */
export interface DemoStage {
  readonly access: StackAccess
  readonly directory: string
  readonly startedAt: Instant
  readonly voice: Voice
}

/**
 * Runs the demo where it has not come to its end; elsewhere shows how the demo's account stands.
 *
 * @throws Failure when a figure is not as it must be
 */
export async function continueDemo(
  stack: AttachedStack,
  directory: string,
  isWanted: boolean,
  voice: Voice,
): Promise<void> {
  const access = await accessTo(stack, 'demo')
  const path = join(directory, 'demo.json')
  let state = await readJsonFile<DemoState>(path)
  if (state === undefined) {
    state = { seed: SEED, startedAt: instantText(Date.now()), course: isWanted ? 'running' : 'left-out' }
    await writeJsonFile(path, state)
  }
  if (state.course === 'running' && isWanted) {
    const startedAt = parseInstant(state.startedAt)
    if (startedAt === undefined) throw new Error(`${path} holds no time: ${state.startedAt}`)
    await runDemo({ access, directory, startedAt, voice }, state.seed)
    await writeJsonFile(path, { ...state, course: 'finished' } satisfies DemoState)
    return
  }
  const standing = await access.api.find<BalanceAnswer>(`/v1/accounts/${DEMO_ACCOUNT}/balance`)
  if (standing !== undefined)
    voice.line(`Goes on with the data in ${directory}: account ${DEMO_ACCOUNT} has ${standing.balance.eur} €.`)
}

/** Every step may be repeated, and changes nothing the second time. */
async function runDemo(stage: DemoStage, seed: number): Promise<void> {
  const { access, directory, startedAt, voice } = stage
  const book = new AccountBook(access.api, DEMO_ACCOUNT)

  voice.heading('1  A rate card and 50.00 €')
  await prepareAccount(access.api)
  const granted = grouped(plain(toCredits(euros(DEMO_GRANT))))
  voice.line(`  Account ${DEMO_ACCOUNT} has a grant of ${DEMO_GRANT} €, that is ${granted} credits.`)

  voice.heading("2  The product page's two examples, published to the queue")
  await showExamples(access, book, startedAt, voice)

  voice.heading('3  What three days of real life look like')
  voice.line('  Copies, late events, an unknown model, malformed ones, in no order:')
  await showGenerated(access, book, { seed, startedAt }, voice)

  const { balance, credited, charged } = await book.checkBalance()
  voice.line(`\n  Balance: ${balance.eur} € (${grouped(balance.credits)} credits)`)
  voice.paragraph(
    `= grants ${credited.eur} € - charges ${charged.eur} €, to the last digit; every entry of the log added up again.`,
  )
  const { id } = await noticeOn(directory, 'groschen.balance.low', `${DEMO_ACCOUNT}#`)
  voice.paragraph(`On the event bus: groschen.balance.low ${id}: the balance fell below 10.00 €.`)

  voice.heading('4  Credits that are bought by themselves')
  await showTopUp(stage)

  voice.heading('5  A user at a limit')
  await showLimits(stage)
}

/** @throws Failure where other prices stand: the demo's figures would be wrong with them */
async function prepareAccount(api: ApiClient): Promise<void> {
  if ((await ensureRateCard(api)) === 'own') {
    throw new Failure('this folder has rate cards of its own, and the demo needs its prices: start with --no-demo')
  }
  const opening = { account: DEMO_ACCOUNT, name: 'Acme Ltd', lowBalanceLevels: [DEMO_LEVEL] }
  await api.post('/v1/accounts', opening, 'groschen-demo-account')
  const grant = { amount: { eur: DEMO_GRANT }, reason: 'Demo credits' }
  await api.post(`/v1/accounts/${DEMO_ACCOUNT}/grants`, grant, 'groschen-demo-grant')
}
