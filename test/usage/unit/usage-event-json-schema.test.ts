import { expect, test } from 'vitest'
import { usageEventJsonSchema } from '../../../shared/usage/usage-event.ts'

test('the published schema is the one that validates (write it again with `npm test -- --update`)', async () => {
  const text = `${JSON.stringify(usageEventJsonSchema(), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../../shared/usage/usage-event.schema.json')
})
