import type { Anchor, Completion } from '../../../shared/ledger/checkpoint.ts'
import {
  anchorsOf,
  BrokenCheckpoint,
  type CheckpointBucket,
  checkpointDays,
  readCompletion,
} from '../../../shared/ledger/io/checkpoints.ts'

/** The anchors of a checkpoint, asked for account by account. */
export interface Anchors {
  readonly day: string
  /** Accounts have to be asked for in order. */
  readonly of: (account: string) => Promise<Anchor | undefined>
  /** Goes to the checkpoint's end, and answers with the anchors that nobody asked for. @throws BrokenCheckpoint */
  readonly missed: () => Promise<readonly Anchor[]>
}

/** The newest checkpoint that is done, or that of a day. */
export async function findCheckpoint(from: CheckpointBucket, day: string | undefined): Promise<Completion | undefined> {
  for (const one of day === undefined ? await checkpointDays(from) : [day]) {
    const completion = await readCompletion(from, one)
    if (completion !== undefined) return completion
  }
  return undefined
}

/** What is wrong with a checkpoint in itself; `undefined`: it is whole. */
export async function faultOf(from: CheckpointBucket, completion: Completion): Promise<string | undefined> {
  try {
    for await (const _ of anchorsOf(from, completion)) {
      // Read for its checks alone.
    }
    return undefined
  } catch (error) {
    if (error instanceof BrokenCheckpoint) return error.message
    throw error
  }
}

/** Goes through a checkpoint beside the accounts, so that it need not fit into memory. */
export function anchorsBeside(from: CheckpointBucket, completion: Completion): Anchors {
  const anchors = anchorsOf(from, completion)
  let next: Anchor | undefined
  let isOver = false
  const missed: Anchor[] = []
  const advance = async (): Promise<void> => {
    if (next !== undefined) missed.push(next)
    const { done, value } = await anchors.next()
    isOver = done === true
    next = isOver ? undefined : value
  }
  return {
    day: completion.day,
    of: async (account) => {
      while (!isOver && (next === undefined || next.account < account)) await advance()
      if (next?.account !== account) return undefined
      const found = next
      next = undefined
      return found
    },
    missed: async () => {
      while (!isOver) await advance()
      return missed
    },
  }
}
