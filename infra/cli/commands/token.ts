import { connectStack } from '../../local/stack.ts'
import { Failure } from '../lib/failure.ts'
import { runCommand } from '../lib/run-command.ts'
import { TOKEN_HOURS } from '../lib/stack-access.ts'
import { claimsOf, describedClaims } from '../lib/token/claims-of.ts'
import { readTokenOptions } from '../lib/token/token-options.ts'

/** `npm run token`: a token of the local issuer, whose keys lie in the data folder. */
async function token(argv: readonly string[]): Promise<number> {
  const options = readTokenOptions(argv)
  const claims = claimsOf(options)
  const stack = await connectStack(options.data)
  if (stack === undefined) {
    const folder = options.data === '.groschen' ? '' : ` -- --data ${options.data}`
    throw new Failure(`no stack runs on ${options.data}; npm start${folder} runs one`)
  }
  process.stderr.write(`${describedClaims(claims)}, for ${TOKEN_HOURS} hours, at ${stack.apiUrl}\n`)
  process.stdout.write(`${await stack.token(claims, TOKEN_HOURS * 60)}\n`)
  return 0
}

await runCommand(token)
