import type { BalanceAnswer } from '../lib/api/api-answers.ts'
import type { Output } from '../lib/progress.ts'
import type { Voice } from '../lib/say.ts'
import { accessTo, type LocalStack } from '../lib/stack-access.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'
import { openDemo } from './demo-state.ts'
import { runDemo } from './run-demo.ts'

export interface DemoPlace {
  readonly directory: string
  readonly isWanted: boolean
  readonly voice: Voice
  readonly output: Output
}

/** Runs the demo where it has not come to its end; elsewhere says how the demo's account stands. */
export async function continueDemo(stack: LocalStack, place: DemoPlace): Promise<void> {
  const { directory, isWanted, voice } = place
  const access = await accessTo(stack, 'demo')
  const demo = await openDemo(directory, Date.now(), isWanted)
  if (demo.course === 'running' && isWanted) return await runDemo({ access, ...place }, demo)

  const standing = await access.api.find<BalanceAnswer>(`/v1/accounts/${DEMO_ACCOUNT}/balance`)
  if (standing === undefined) return
  voice.line(`Goes on with the data in ${directory}: account ${DEMO_ACCOUNT} has ${standing.balance.eur} €.`)
}
