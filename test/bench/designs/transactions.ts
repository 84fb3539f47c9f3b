import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { sumOf } from '../../../shared/money/amounts.ts'
import type { Design } from './design.ts'
import { ledgerItem, taken } from './ledger-item.ts'

/** AWS: a transaction holds at most 100 items; one of them is the balance. */
const LARGEST_GROUP = 99

/** Ledger items, put if absent, and the balance, in one transaction. */
const transaction = (name: string, eventsACommit: number, commits: number): Design => ({
  name,
  eventsACommit,
  exactlyOnce: 'yes',
  commits,
  process:
    ({ documents }) =>
    async (account, events) => {
      const charges = events.map(ledgerItem)
      const puts = charges.map(({ item }) => ({
        Put: { TableName: 'ledger', Item: item, ConditionExpression: 'attribute_not_exists(entry)' },
      }))
      const update = {
        Update: {
          TableName: 'balances',
          Key: { account },
          UpdateExpression: 'ADD balance :taken',
          ExpressionAttributeValues: { ':taken': taken(sumOf(charges.map(({ credits }) => credits))) },
        },
      }
      await documents.send(new TransactWriteCommand({ TransactItems: [...puts, update] }))
    },
})

export const transactionAnEvent = transaction('transaction an event', 1, 500)

export const groupTransaction = transaction(
  `transaction of ${LARGEST_GROUP} ledger puts and a balance`,
  LARGEST_GROUP,
  40,
)
