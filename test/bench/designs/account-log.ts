import { Table } from '../../../shared/aws/table.ts'
import { firstPage } from '../../world/pages.ts'
import { assertCharged, noHurry, processOf } from '../log-accounts.ts'
import { proposalOf } from '../traffic/proposal.ts'
import type { Design } from './design.ts'

/** This log, by the store that price-usage runs. */
export const accountLog = (eventsAPage: number, commits: number): Design => ({
  name: `account log, ${eventsAPage.toLocaleString('en')} a page`,
  eventsACommit: eventsAPage,
  exactlyOnce: 'yes',
  commits,
  process: ({ documents }) => {
    const writer = processOf({
      documents,
      log: { documents, name: 'log' },
      markers: new Table(documents, 'markers'),
    })
    return async (account, events) => {
      assertCharged(await writer.commit(account, events.map(proposalOf), noHurry))
    }
  },
  firstPage,
})
