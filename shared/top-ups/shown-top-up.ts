import type { Instant } from '../time/instant.ts'
import type { TopUp } from './top-up.ts'

/** When its money came. An invoice is credited as it is written; when it is paid nobody tells us, so it never says so. */
export const paidAtOf = ({ origin, paidAt }: Pick<TopUp, 'origin' | 'paidAt'>): Instant | undefined =>
  origin.kind === 'invoice' ? undefined : paidAt
