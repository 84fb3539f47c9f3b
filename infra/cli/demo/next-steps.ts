import type { Voice } from '../say.ts'
import { type LocalStack, operatorToken } from '../stack-access.ts'
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

/** Step 4: what to do next. */
export async function showNextSteps(stack: LocalStack, directory: string, voice: Voice): Promise<void> {
  const folder = directory === '.groschen' ? '' : ` --data ${directory}`
  const token = await operatorToken(stack, 'operator')
  voice.heading('What to do next')
  voice.line(`  The API:      ${stack.apiUrl}/v1/openapi.json`)
  voice.line(
    `                curl -H 'Authorization: Bearer ${token}' ${stack.apiUrl}/v1/accounts/${DEMO_ACCOUNT}/balance`,
  )
  voice.line(`  Publish:      echo '${EXAMPLE}' | npm run --silent publish -- -${folder}`)
  voice.line(`  Replay:       npm run replay -- calls.csv${folder}`)
  voice.line(`  The queue:    ${stack.outputs['UsageQueueUrl'] ?? ''} (endpoint ${stack.endpoints.sqs})`)
  voice.line(`  The data:     ${directory}`)
  voice.line('  To stop:      Ctrl-C; the next npm start goes on with these data')
}
