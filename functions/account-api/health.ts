import type * as z from 'zod/mini'
import * as api from '../../shared/api/health.ts'
import type { Served } from '../../shared/http/serve.ts'
import { readAccount } from '../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import { type Services, serve } from './services.ts'

/** No account can have this id. */
const NO_ACCOUNT = '-'

const getHealth = serve(api.getHealth, async (_, { services, tools }) => {
  const [log, accounts] = await Promise.allSettled(reads(services))
  for (const check of [log, accounts]) {
    if (check?.status === 'rejected') tools.logger.error('a health check fails', { error: check.reason })
  }
  const checks = { log: outcome(log), accounts: outcome(accounts) }
  const status = checks.log === 'ok' && checks.accounts === 'ok' ? 'ok' : 'failing'
  return { status: status === 'ok' ? 200 : 503, body: { status, stage: services.stage, checks } }
})

const reads = ({ log, accounts }: Services) => [readHead(log, NO_ACCOUNT), readAccount(accounts, NO_ACCOUNT)] as const

const outcome = (check: PromiseSettledResult<unknown> | undefined): z.infer<typeof api.checkSchema> =>
  check?.status === 'fulfilled' ? 'ok' : 'failing'

export const healthHandlers: readonly Served<Services>[] = [getHealth]
