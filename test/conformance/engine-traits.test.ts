import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Trait, traits } from './engine-traits.ts'
import { accessTo } from './engines/engine.ts'
import { engineUnderTest } from './engines/under-test.ts'

const rowOf = ({ question, answers, meaning }: Trait) =>
  `| ${question} | ${answers.embedded} | ${answers.official} | ${meaning} |`

/** The table of this folder's README; a test holds the two together. */
const traitsTable = [
  '| question | embedded (dynalite) | official (DynamoDB Local) | for Groschen |',
  '| --- | --- | --- | --- |',
  ...traits.map(rowOf),
].join('\n')

let engine: Awaited<ReturnType<typeof engineUnderTest>>
let client: DynamoDBClient
beforeAll(async () => {
  engine = await engineUnderTest()
  client = new DynamoDBClient(accessTo(engine.endpoint))
})
afterAll(async () => {
  client.destroy()
  await engine.stop()
})

describe('what this engine does, as the README of this folder says', () => {
  test.each(traits)('$question', async ({ ask, answers }) => {
    expect(await ask(client, engine.log)).toBe(answers[engine.name])
  })

  test('the README has these answers', () => {
    expect(readFileSync(new URL('README.md', import.meta.url), 'utf8')).toContain(traitsTable)
  })
})
