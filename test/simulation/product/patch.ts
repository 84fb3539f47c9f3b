/** A change of one source file, as the product is loaded; nothing on the disk changes. */
export interface Patch {
  /** From the repository's root. */
  readonly file: string
  /** Must stand in the file exactly once: a patch that no longer fits is an error, never a silent no-op. */
  readonly find: string
  readonly replace: string
}

/** @throws Error when the text to replace does not occur exactly once */
export function patched(source: string, { file, find, replace }: Patch): string {
  const parts = source.split(find)
  if (parts.length !== 2)
    throw new Error(`${file} has ${parts.length - 1} places like ${JSON.stringify(find)}, not one`)
  return parts.join(replace)
}
