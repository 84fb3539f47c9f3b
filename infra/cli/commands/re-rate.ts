import { randomUUID } from 'node:crypto'
import { connectStack } from '../../local/stack.ts'
import { type ApiClient, apiClient } from '../lib/api/api-client.ts'
import { Failure } from '../lib/failure.ts'
import { type ReRateOptions, readReRateOptions } from '../lib/re-rate/re-rate-options.ts'
import { inAll, type ReRatedAnswer, together } from '../lib/re-rate/re-rated.ts'
import { leftAloneLines, reRatedLines } from '../lib/re-rate/show-re-rated.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { accessTo } from '../lib/stack-access.ts'

/** `npm run re-rate`: leaves with 1 when somebody else corrected a charge at the same moment. */
async function reRate(argv: readonly string[]): Promise<number> {
  const options = readReRateOptions(argv)
  const { apply, json, order } = options
  const voice = voiceOn(process.stdout)
  const api = await apiOf(options)
  const answers = new Map<string, ReRatedAnswer>()
  for (const account of options.accounts ?? (await allAccounts(api))) {
    const answer = await reRateAccount(api, account, { ...order, dryRun: !apply })
    answers.set(account, answer)
    if (json) voice.line(JSON.stringify({ account, ...answer }))
  }
  const all = inAll([...answers.values()], !apply)
  const hasConflict = [...answers.values()].some(({ leftAlone }) => leftAlone.conflict > 0)
  if (json) voice.line(JSON.stringify(all))
  else {
    voice.lines(reRatedLines(answers))
    const left = leftAloneLines(answers)
    if (left.length > 0) {
      voice.heading('Left alone')
      voice.lines(left)
    }
    voice.line()
    voice.line(
      apply
        ? `${all.corrected} corrections are written.`
        : `Nothing is written: that takes --apply. It would be ${all.corrected} corrections.`,
    )
  }
  return hasConflict ? 1 : 0
}

/** Sends it until it is done. */
async function reRateAccount(
  api: ApiClient,
  account: string,
  body: ReRateOptions['order'] & { readonly dryRun: boolean },
): Promise<ReRatedAnswer> {
  let all: ReRatedAnswer | undefined
  for (;;) {
    const answer = await api.post<ReRatedAnswer>(`/v1/accounts/${account}/re-ratings`, body, randomUUID())
    all = together(all, answer)
    if (answer.isDone) return all
    // A dry run begins at the same place each time; so does one that finds all corrected as far as it comes.
    if (answer.corrected === 0 || body.dryRun)
      throw new Failure(
        `${account}: its log since ${body.from} is longer than what one request can read; choose a later --from${body.dryRun ? ', or apply it, which goes on from where it came to' : ''}`,
      )
  }
}

async function allAccounts(api: ApiClient): Promise<readonly string[]> {
  const accounts: string[] = []
  let after = ''
  for (;;) {
    const page = await api.get<{ accounts: readonly { account: string }[]; next?: string }>(`/v1/accounts${after}`)
    accounts.push(...page.accounts.map(({ account }) => account))
    if (page.next === undefined) return accounts
    after = `?after=${page.next}`
  }
}

async function apiOf({ data, apiUrl, token }: ReRateOptions): Promise<ApiClient> {
  if (apiUrl !== undefined && token !== undefined) return apiClient({ url: apiUrl, token })
  const stack = await connectStack(data)
  if (stack !== undefined) return (await accessTo(stack, 'operator')).api
  throw new Failure(
    `no stack runs on ${data}: run npm start in another terminal, or name a deployed API by --api-url and --token`,
  )
}

await runCommand(reRate)
