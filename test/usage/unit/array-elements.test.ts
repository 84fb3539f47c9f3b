import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrayElements } from '../../../shared/usage/read-message.ts'

test("an array's elements keep their very text", () => {
  expect(arrayElements(' [ 1e30000000 , {"a":"],\\"}"}, [1, [2]] ,"x"] ')).toEqual([
    '1e30000000',
    '{"a":"],\\"}"}',
    '[1, [2]]',
    '"x"',
  ])
})

test('the texts read as the elements do', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
      expect(arrayElements(JSON.stringify(values)).map((text) => JSON.parse(text) as unknown)).toEqual(
        JSON.parse(JSON.stringify(values)),
      )
    }),
  )
})
