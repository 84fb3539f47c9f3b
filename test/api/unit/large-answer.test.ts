import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { ANSWER_BYTES } from '../../../shared/http/fitting.ts'
import { reading } from '../../../shared/http/operation.ts'
import { router } from '../../../shared/http/router.ts'
import { type Served, serveOperation } from '../../../shared/http/serve.ts'
import { untouched } from './untouched-services.ts'

const answering = (text: string, changes: Partial<Served<object>> = {}): Served<object> => ({
  ...serveOperation(
    reading({
      operationId: 'getHealth',
      route: 'GET /v1/health',
      scope: undefined,
      tag: 'Service',
      summary: 'A text',
      answers: [{ status: 200, description: 'It', schema: z.string(), example: '' }],
    }),
    async () => ({ status: 200, body: text }),
  ),
  ...changes,
})
const event = { headers: {}, tools: {}, requestContext: { requestId: 'r-1' } }
const answerOf = async (operation: Served<object>) => {
  const { path } = operation
  const answer = await router([operation], untouched).request(path, {}, { event } as never)
  return { status: answer.status, body: (await answer.json()) as unknown }
}
/** In the answer's JSON a mark has two bytes, and four in what Lambda hands on. */
const marks = '"'.repeat(ANSWER_BYTES / 4)

test('an answer is measured as Lambda counts it: one that is too large is a problem, where else the function would end', async () => {
  expect(await answerOf(answering(marks.slice(10)))).toEqual({ status: 200, body: marks.slice(10) })
  expect(await answerOf(answering(marks))).toMatchObject({ status: 422, body: { code: 'answer.too-large' } })
})

test('one to a request that changed something says that it is done', async () => {
  const run = async () => ({ status: 200, body: marks })
  expect(await answerOf(answering('', { kind: 'writing', run }))).toMatchObject({
    status: 422,
    body: { code: 'answer.too-large', detail: expect.stringContaining('is done') },
  })
})
