import { randomUUID } from 'node:crypto'
import { type ApiClient, apiClient } from '../lib/api/api-client.ts'
import { requireData } from '../lib/data-folder.ts'
import { type RedriveOptions, readRedriveOptions } from '../lib/redrive/redrive-options.ts'
import { noneRedriven, type Redriven, redrivenLines, together } from '../lib/redrive/redriven.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { accessTo } from '../lib/stack-access.ts'
import { withStack } from '../lib/with-stack.ts'

/** `npm run redrive`: leaves with 1 when something is quarantined still, or could not be judged. */
async function redrive(argv: readonly string[]): Promise<number> {
  const options = readRedriveOptions(argv)
  const { apiUrl, token, data } = options
  if (apiUrl !== undefined && token !== undefined) return await redriveBy(apiClient({ url: apiUrl, token }), options)
  requireData(data)
  return await withStack(data, voiceOn(process.stderr), async (stack) =>
    redriveBy((await accessTo(stack, 'operator')).api, options),
  )
}

async function redriveBy(api: ApiClient, { list, which, json }: RedriveOptions): Promise<number> {
  const voice = voiceOn(process.stdout)
  let all = noneRedriven
  let after: string | undefined
  do {
    const body = { which, ...(after !== undefined && { after }) }
    const answer = await api.post<Redriven & { readonly next?: string }>(`/v1/${list}/redrives`, body, randomUUID())
    all = together(all, answer)
    after = answer.next
  } while (after !== undefined)
  if (json) voice.line(JSON.stringify(all))
  else voice.lines(redrivenLines(all, list))
  return all.quarantined + all.failed > 0 ? 1 : 0
}

await runCommand(redrive)
