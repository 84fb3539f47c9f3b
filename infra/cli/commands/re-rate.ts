import { randomUUID } from 'node:crypto'
import { instantText } from '../../../shared/time/instant.ts'
import type { ApiClient } from '../lib/api/api-client.ts'
import { newCommand } from '../lib/command.ts'
import { Failure } from '../lib/failure.ts'
import { collected, OPTIONS, readNumber, readTime } from '../lib/options.ts'
import { withApi } from '../lib/place.ts'
import { inAll, leftAloneLines, type ReRatedAnswer, reRatedLines, together } from '../lib/re-rated.ts'
import { counted } from '../lib/table.ts'
import { voiceOn } from '../lib/voice.ts'

/** `groschen re-rate`: status 1 when another request corrected a charge at the same moment. */
export const reRate = newCommand(
  're-rate',
  'Puts right what a wrong price charged: each charge then has cost what a published version of the rate card says. Shows the difference, account by account, and writes nothing without --apply. Uses the stack that runs on the folder, or runs one meanwhile. Done again it changes nothing; interrupted, run it again.',
  'npx groschen re-rate --account acme --from 2026-11-01 --to 2026-11-23 --rate-card 4 --reason "price of version 3 was wrong"',
)
  .option('--account <id>', 'an account; may be given several times', collected)
  .option('--all', 'every account', false)
  .requiredOption(
    '--from <time>',
    'charges of event times from here on: 2026-11-01T10:15:00Z, or a day, by UTC',
    readTime,
  )
  .requiredOption('--to <time>', 'and before this', readTime)
  .requiredOption(
    '--rate-card <version>',
    'the version that says what they should have cost',
    readNumber(999_999_999, 'a version: 1, 2, 3, …'),
  )
  .requiredOption('--reason <sentence>', 'why; stands in the log')
  .option('--reference <text>', 'a ticket or invoice; stands in the log')
  .option('--service <name>', 'charges of this service alone; may be given several times', collected)
  .option('--apply', 'write the corrections', false)
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .addOption(OPTIONS.apiUrl)
  .addOption(OPTIONS.token)
  .option('--json', 'one JSON object a line: each account, then all together', false)
  .action(async ({ account, all, from, to, rateCard, reason, reference, service, apply, json, ...place }) => {
    if (all === (account !== undefined)) reRate.error('error: name accounts by --account, or say --all')
    if (from >= to) reRate.error('error: --to has to be after --from')
    const body = {
      from: instantText(from),
      to: instantText(to),
      rateCard,
      reason,
      reference,
      services: service,
      dryRun: !apply,
    }
    const voice = voiceOn(process.stdout)
    const answers = new Map<string, ReRatedAnswer>()
    await withApi(place, async (api) => {
      for (const one of account === undefined ? await allAccounts(api) : new Set(account)) {
        const answer = await reRateAccount(api, one, body)
        answers.set(one, answer)
        if (json) voice.line(JSON.stringify({ account: one, ...answer }))
      }
    })
    const sums = inAll([...answers.values()], !apply)
    if ([...answers.values()].some(({ leftAlone }) => leftAlone.conflict > 0)) process.exitCode = 1
    if (json) return voice.line(JSON.stringify(sums))
    voice.lines(reRatedLines(answers))
    const left = leftAloneLines(answers)
    if (left.length > 0) {
      voice.heading('Left alone')
      voice.lines(left)
    }
    const corrections = counted(sums.corrected, 'correction')
    voice.line(
      apply ? `\n${corrections} written.` : `\nNothing is written: that takes --apply. It would be ${corrections}.`,
    )
  })

/** Sends it until it is done. */
async function reRateAccount(
  api: ApiClient,
  account: string,
  body: { readonly from: string; readonly dryRun: boolean },
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
  for (let after = ''; ; ) {
    const page = await api.get<{ accounts: readonly { account: string }[]; next?: string }>(`/v1/accounts${after}`)
    accounts.push(...page.accounts.map(({ account }) => account))
    if (page.next === undefined) return accounts
    after = `?after=${page.next}`
  }
}
