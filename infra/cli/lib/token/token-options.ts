import { commandOf } from '../command-help.ts'
import { DEFAULT_DATA } from '../start-options.ts'
import type { WantedToken } from './claims-of.ts'

export interface TokenOptions extends WantedToken {
  readonly data: string
}

/** @throws CommanderError after it has said what is wrong */
export function readTokenOptions(argv: readonly string[]): TokenOptions {
  const command = commandOf(
    'npm run --silent token --',
    'Prints a token for the stack that runs here, for 24 hours: an operator’s, unless told. What it opens is said beside it, on standard error.',
    'curl -H "Authorization: Bearer $(npm run --silent token -- --account globex)" $API/v1/accounts/globex/balance',
  )
    .option(
      '--scopes <scopes>',
      'usage:check (the platform), account:read, account:admin, own:read, operate; several by spaces or commas',
    )
    .option('--account <account>', 'of one account alone: an admin’s, unless --scopes say otherwise')
    .option('--member <user>', 'of one user, who sees himself alone; of the account acme unless told')
    .option('--sub <subject>', 'who it is, in the log’s words; a second operator has another one')
    .option('--data <dir>', 'the folder of the stack that runs here', DEFAULT_DATA)
  command.parse(argv, { from: 'user' })
  const { data, scopes, account, member, sub } = command.opts<{
    readonly data: string
    readonly scopes?: string
    readonly account?: string
    readonly member?: string
    readonly sub?: string
  }>()
  const asked = scopes?.split(/[\s,]+/).filter((scope) => scope !== '')
  return { data, scopes: asked, account, member, subject: sub }
}
