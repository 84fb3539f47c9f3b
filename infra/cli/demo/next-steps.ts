import type { Voice } from '../lib/say.ts'
import { type LocalStack, TOKEN_HOURS } from '../lib/stack-access.ts'
import { claimsOf, type WantedToken } from '../lib/token/claims-of.ts'
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
export async function showNextSteps(stack: LocalStack, directory: string, voice: Voice): Promise<void> {
  const folder = directory === '.groschen' ? '' : ` --data ${directory}`
  const tokenOf = (wanted: WantedToken) => stack.token(claimsOf(wanted), TOKEN_HOURS * 60)
  const [operator, admin, platform] = await Promise.all([
    tokenOf({}),
    tokenOf({ account: DEMO_ACCOUNT }),
    tokenOf({ scopes: ['usage:check'] }),
  ])
  voice.heading('What to do next')
  voice.line(`  The API, and tokens for ${TOKEN_HOURS} hours:`)
  voice.line(`export API=${stack.apiUrl}`)
  voice.line()
  voice.line('  For operators, who see every account:')
  voice.line(`export TOKEN=${operator}`)
  voice.line('curl -H "Authorization: Bearer $TOKEN" $API/v1/accounts')
  voice.line()
  voice.line(`  For an admin of the account ${DEMO_ACCOUNT}, who sees that account:`)
  voice.line(`export ADMIN_TOKEN=${admin}`)
  voice.line(`curl -H "Authorization: Bearer $ADMIN_TOKEN" $API/v1/accounts/${DEMO_ACCOUNT}/balance`)
  voice.line()
  voice.line('  For the platform, which asks before its users spend:')
  voice.line(`export PLATFORM_TOKEN=${platform}`)
  voice.line(
    `curl -H "Authorization: Bearer $PLATFORM_TOKEN" -H 'Content-Type: application/json' -d '${CHECK}' $API/v1/access-checks`,
  )
  voice.line()
  voice.line('  Others, such as a member’s who sees himself alone (--help lists all):')
  voice.line(`npm run --silent token -- --account ${TOP_UP_ACCOUNT} --member mia${folder}`)
  voice.line()
  voice.line('  All routes, with examples (no token needed):')
  voice.line(`curl ${stack.apiUrl}/v1/openapi.json`)
  voice.line()
  voice.line('  An event of your own, from another terminal in this folder:')
  voice.line(`echo '${EXAMPLE}' | npm run --silent publish -- -${folder}`)
  voice.line()
  voice.paragraph('A CSV of calls (columns TIMESTAMP, ContextTokens, GeneratedTokens; others by flags):')
  voice.line(`npm run replay -- calls.csv${folder}`)
  voice.line()
  voice.line(`  The queue:  ${stack.outputs['UsageQueueUrl'] ?? ''}`)
  voice.line(`              (endpoint ${stack.endpoints.sqs})`)
  voice.line(`  Payments:   ${stack.endpoints.payments}`)
  voice.line('              (refunds and disputes by curl: infra/local/payments/README.md)')
  voice.line('  Notices:    each mail and each delivery to the webhook is said here as it is written')
  voice.line(`  The data:   ${directory}`)
  voice.line('  To stop:    Ctrl-C; the next npm start goes on with these data')
}
