import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { readHints } from './hints.ts'
import type { Ports } from './ports.ts'
import { projectAccounts } from './project-accounts.ts'
import { reportAltered, reportLag, reportProjections } from './report.ts'
import { sweep } from './sweep.ts'

/** What the schedule says once a minute. */
export interface Sweep {
  readonly sweep: true
}

/** The log's stream, or the schedule → notices, snapshots, cursors. */
export const projectLog =
  (ports: Ports) =>
  async (event: DynamoDBStreamEvent | Sweep, tools: Tools): Promise<void> => {
    if ('sweep' in event) {
      const projections = await sweep(ports, tools.remainingMs)
      tools.metrics.addMetric('AccountsSwept', MetricUnit.Count, projections.length)
      reportProjections(projections, tools)
      return
    }
    const hints = readHints(event.Records)
    reportAltered(hints, tools)
    const projections = await projectAccounts(ports, hints.accounts, tools.remainingMs)
    reportLag(projections, tools)
    reportProjections(projections, tools)
  }
