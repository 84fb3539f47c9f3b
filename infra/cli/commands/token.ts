import { newCommand } from '../lib/command.ts'
import { noStage, OPTIONS } from '../lib/options.ts'
import { runningStack, TOKEN_HOURS } from '../lib/place.ts'
import { claimsOf, describedClaims } from '../lib/token-claims.ts'

/** `groschen token`: a token of the local issuer, whose keys lie in the data folder. */
export const token = newCommand(
  'token',
  "Prints a token for the stack that runs here, for 24 hours: an operator's, unless options say otherwise. Standard error shows what it opens. Tokens of a deployed stage come from its issuer (infra/README.md, Tokens).",
  'curl -H "Authorization: Bearer $(npx groschen token --account globex)" $API/v1/accounts/globex/balance',
)
  .option(
    '--scopes <scopes>',
    'usage:check (the platform), account:read, account:admin, own:read, operate; several by spaces or commas',
  )
  .addOption(OPTIONS.account)
  .option(
    '--member <user>',
    "of one user, who sees that user's own use alone; of the account acme unless --account says otherwise",
  )
  .option('--sub <subject>', "who it is, in the log's words; a second operator has another one")
  .addOption(OPTIONS.data)
  .addOption(noStage('tokens of a deployed stage come from its issuer: infra/README.md, Tokens'))
  .option('--json', 'one JSON object: token, claims, apiUrl, hours', false)
  .action(async ({ data, scopes, account, member, sub, json }) => {
    const asked = scopes?.split(/[\s,]+/).filter((scope) => scope !== '')
    const claims = claimsOf({ scopes: asked, account, member, subject: sub })
    const stack = await runningStack(data)
    const made = await stack.token(claims, TOKEN_HOURS * 60)
    if (json) {
      process.stdout.write(`${JSON.stringify({ token: made, claims, apiUrl: stack.apiUrl, hours: TOKEN_HOURS })}\n`)
      return
    }
    process.stderr.write(`${describedClaims(claims)}, for ${TOKEN_HOURS} hours, at ${stack.apiUrl}\n`)
    process.stdout.write(`${made}\n`)
  })
