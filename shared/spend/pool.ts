import type { SpendScope } from './selector.ts'

/** A group, or the whole account. The spend of a pool lies in a part of its own, that of a user in a chunk. */
export type Pool = Exclude<SpendScope, { readonly of: 'user' }>

const ACCOUNT = 'account'
const GROUP = 'group#'

/** A pool's name in a snapshot's part; injective for any name of a group. */
export const poolName = (pool: Pool): string => (pool.of === 'account' ? ACCOUNT : `${GROUP}${pool.group}`)

/** The group that a pool's name stands for; `undefined`: it is the account. */
export const groupOfPool = (name: string): string | undefined =>
  name.startsWith(GROUP) ? name.slice(GROUP.length) : undefined

/** The names of the pools that a use counts in. */
export const poolsOf = ({ group }: { readonly group: string | undefined }): readonly string[] =>
  group === undefined ? [ACCOUNT] : [ACCOUNT, `${GROUP}${group}`]
