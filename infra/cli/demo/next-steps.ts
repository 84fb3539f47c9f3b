import type { Voice } from '../say.ts'
import { type LocalStack, operatorToken, TOKEN_HOURS } from '../stack-access.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'

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

/** What to do next. */
export async function showNextSteps(stack: LocalStack, directory: string, voice: Voice): Promise<void> {
  const folder = directory === '.groschen' ? '' : ` --data ${directory}`
  const token = await operatorToken(stack, 'operator')
  voice.heading('What to do next')
  voice.line(`  The API, with a token for ${TOKEN_HOURS} hours (the next npm start prints another):`)
  voice.line(`export API=${stack.apiUrl} TOKEN=${token}`)
  voice.line(`curl -H "Authorization: Bearer $TOKEN" $API/v1/accounts/${DEMO_ACCOUNT}/balance`)
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
