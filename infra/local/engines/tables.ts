import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { TableDiffers } from '../errors.ts'
import { ask, EngineRefused } from './dynamodb-call.ts'
import type { TablePlan } from './protocol.ts'

interface Described {
  readonly TableStatus: string
  readonly KeySchema: readonly unknown[]
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: readonly unknown[] }[]
}

/**
 * Makes the template's tables; those that the data folder holds already stay as they are.
 *
 * @throws TableDiffers
 */
export async function prepareTables(engine: Server, tables: readonly TablePlan[]): Promise<void> {
  for (const { create } of tables) {
    try {
      await ask(engine, 'CreateTable', create)
    } catch (error) {
      if (!(error instanceof EngineRefused && error.type === 'ResourceInUseException')) throw error
    }
  }
  for (const { create } of tables) {
    const held = await whenActive(engine, create.TableName)
    if (!isDeepStrictEqual(shapeOf(held), shapeOf(create as never))) throw new TableDiffers(create.TableName)
  }
}

async function whenActive(engine: Server, TableName: string): Promise<Described> {
  for (;;) {
    const { Table } = await ask<{ Table: Described }>(engine, 'DescribeTable', { TableName })
    if (Table.TableStatus === 'ACTIVE') return Table
    await wait(10)
  }
}

const shapeOf = ({ KeySchema, GlobalSecondaryIndexes = [] }: Described) => ({
  KeySchema: KeySchema.map(keyOf),
  indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema }) => [IndexName, KeySchema.map(keyOf)]).sort(),
})

/** Without the order in which the parts of a key are written. */
const keyOf = (key: unknown): readonly unknown[] => {
  const { AttributeName, KeyType } = key as { readonly AttributeName: string; readonly KeyType: string }
  return [AttributeName, KeyType]
}
