/** What Stripe takes: fields with names like `metadata[account]`, as a tree. */
export interface Fields {
  readonly [name: string]: string | Fields | undefined
}

type Tree = { [name: string]: string | Tree }

/** Reads a form, as Stripe's SDK sends it. */
export function readForm(text: string): Fields {
  const fields: Tree = Object.create(null) as Tree
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/\]\[|\[|\]/).filter(Boolean)
    const last = path.pop()
    if (last === undefined) continue
    let at = fields
    for (const step of path) {
      const next = at[step]
      const inner = typeof next === 'object' ? next : (Object.create(null) as Tree)
      at[step] = inner
      at = inner
    }
    at[last] = value
  }
  return fields
}

/** The text of a field; `undefined`: it has none. */
export const textIn = (fields: Fields | undefined, name: string): string | undefined => {
  const value = fields?.[name]
  return typeof value === 'string' ? value : undefined
}

/** The fields inside a field, as in `metadata[account]`; `undefined`: it has none. */
export const groupIn = (fields: Fields | undefined, name: string): Fields | undefined => {
  const value = fields?.[name]
  return typeof value === 'object' ? value : undefined
}
