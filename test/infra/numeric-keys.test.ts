import { expect, test } from 'vitest'
import { resources, synthesized } from './synthesized.ts'

interface Keyed {
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
}

test('keys with a number are those whose readers make a number of its digits before they go on (`goingOnAfter`)', () => {
  const numeric = resources(synthesized(), 'AWS::DynamoDB::Table').flatMap(([id, table]) =>
    (table as unknown as Keyed).AttributeDefinitions.filter(({ AttributeType }) => AttributeType === 'N').map(
      ({ AttributeName }) => `${id} ${AttributeName}`,
    ),
  )
  expect(numeric.sort()).toEqual(['LogTable seq', 'TopUpsTable updatedAt'])
})
