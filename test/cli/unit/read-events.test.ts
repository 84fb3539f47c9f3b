import { describe, expect, test } from 'vitest'
import { readEvents } from '../../../infra/cli/lib/publish/read-events.ts'

const read = (text: string) => () => readEvents(new TextEncoder().encode(text))

describe('a file that is not JSON is refused with the place where it stops being JSON', () => {
  test.each([
    ['[\n {"subject": "acme"},\n {"subject": acme}\n]', 'line 3, column 14: unexpected acme}'],
    ['\n\n{"a":NaN}', 'line 3, column 6: unexpected NaN}'],
    ['{"a":1,}', 'line 1, column 8: unexpected }'],
    ['[1,]', 'line 1, column 4: unexpected ]'],
    ['[1}', 'line 1, column 3: unexpected }'],
    ['[1] [2]', 'line 1, column 5: unexpected [2]'],
    ['{"a" 1}', 'line 1, column 6: unexpected 1}'],
    ['{"a":', 'line 1, column 6: the text ends too early'],
    [`["${'\\n'.repeat(500_000)}" x`, 'line 1, column 1000005: unexpected x'],
  ])('%#', (text, place) => {
    expect(read(text)).toThrow(`not JSON: ${place}`)
  })

  test('an empty one has nothing to publish', () => {
    expect(read(' \n')).toThrow('nothing to publish: the input is empty')
    expect(read('[]')).toThrow('the array holds no event')
  })
})
