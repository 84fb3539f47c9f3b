/** Who spends together: a group, or the whole account. A user's spend lies in a chunk, that of a pool in a part of its own. */
export type Pool = { readonly kind: 'account' } | { readonly kind: 'group'; readonly group: string }

const ACCOUNT = 'account'
const GROUP = 'group#'

/** As a part of a snapshot names it; injective, whatever groups are called. */
export const poolName = (pool: Pool): string => (pool.kind === 'account' ? ACCOUNT : `${GROUP}${pool.group}`)
