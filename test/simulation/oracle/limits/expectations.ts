/** What pages ask for, by name. */
export interface Expectations {
  readonly add: (name: string, by: { readonly account: string; readonly seq: number }) => void
  /** A page asked for it, be it gone since. */
  readonly has: (name: string) => boolean
  readonly isDue: (name: string) => boolean
  /** Of the pages that there are. */
  readonly due: () => readonly string[]
  /** The account's pages after the cut are gone: what they asked for may have been done, or not. */
  readonly restored: (account: string, cut: number) => void
}

export function expectations(): Expectations {
  const ever = new Set<string>()
  const due = new Map<string, { readonly account: string; readonly seq: number }>()
  return {
    add: (name, by) => {
      ever.add(name)
      due.set(name, by)
    },
    has: (name) => ever.has(name),
    isDue: (name) => due.has(name),
    due: () => [...due.keys()],
    restored: (account, cut) => {
      for (const [name, by] of due) if (by.account === account && by.seq > cut) due.delete(name)
    },
  }
}
