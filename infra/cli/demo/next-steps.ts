import type { AttachedStack } from '../../local/stack.ts'
import { TOKEN_HOURS } from '../lib/place.ts'
import { claimsOf, type WantedToken } from '../lib/token-claims.ts'
import type { Voice } from '../lib/voice.ts'
import { DEMO_ACCOUNT, TOP_UP_ACCOUNT } from './demo-account.ts'

const EXAMPLE = JSON.stringify({
  source: '/my-platform',
  subject: DEMO_ACCOUNT,
  data: {
    user: 'u-17',
    category: 'text',
    service: 'openai/gpt-4o',
    quantities: { input_tokens: 523, output_tokens: 1247, tool_calls: 2 },
  },
})

const CHECK = JSON.stringify({ account: DEMO_ACCOUNT, user: 'u-17', category: 'text', model: 'openai/gpt-4o' })

/** What to do next. */
export async function showNextSteps(stack: AttachedStack, directory: string, voice: Voice): Promise<void> {
  const folder = directory === '.groschen' ? '' : ` --data ${directory}`
  const tokenOf = (wanted: WantedToken) => stack.token(claimsOf(wanted), TOKEN_HOURS * 60)
  const [operator, admin, platform] = await Promise.all([
    tokenOf({}),
    tokenOf({ account: DEMO_ACCOUNT }),
    tokenOf({ scopes: ['usage:check'] }),
  ])
  voice.heading('What to do next')
  for (const line of [
    `  The API, and tokens for ${TOKEN_HOURS} hours:`,
    `export API=${stack.apiUrl}`,
    '',
    '  For operators, who see every account:',
    `export TOKEN=${operator}`,
    'curl -H "Authorization: Bearer $TOKEN" $API/v1/accounts',
    '',
    `  For an admin of the account ${DEMO_ACCOUNT}, who sees that account:`,
    `export ADMIN_TOKEN=${admin}`,
    `curl -H "Authorization: Bearer $ADMIN_TOKEN" $API/v1/accounts/${DEMO_ACCOUNT}/balance`,
    '',
    '  For the platform, which asks before its users spend:',
    `export PLATFORM_TOKEN=${platform}`,
    `curl -H "Authorization: Bearer $PLATFORM_TOKEN" -H 'Content-Type: application/json' -d '${CHECK}' $API/v1/access-checks`,
    '',
    '  Others, such as that of a user who sees only their own use (--help lists all):',
    `npx groschen token --account ${TOP_UP_ACCOUNT} --member mia${folder}`,
    '',
    '  All routes, with examples (no token needed):',
    `curl ${stack.apiUrl}/v1/openapi.json`,
    '',
    '  An event of your own, from another terminal in this folder:',
    `echo '${EXAMPLE}' | npx groschen publish -${folder}`,
    '',
    '  A CSV of calls (columns TIMESTAMP, ContextTokens, GeneratedTokens; others by options):',
    `npx groschen replay calls.csv${folder}`,
    '',
    '  All commands:  npx groschen help',
    `  The queue:     ${stack.outputs['UsageQueueUrl'] ?? ''}`,
    `                 (endpoint ${stack.endpoints.sqs})`,
    `  Payments:      ${stack.endpoints.payments}`,
    '                 (refunds and disputes by curl: infra/local/payments/README.md)',
    '  Notices:       each mail and each delivery to the webhook is shown here as it is written',
    `  The data:      ${directory}`,
    '  To stop:       Ctrl-C; the next npm start goes on with these data',
  ])
    voice.line(line)
}
