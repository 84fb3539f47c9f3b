import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'

const CODE = /^(?:\.\.\/|\.\/)*[\w.-]+(?:\/[\w.-]+)*\.(?:ts|py|js|md)$/
const FOLDER = /^(?:shared|functions|infra|test)(?:\/[\w.-]+)*\/?$/
/** A part that the reader fills in: `commands/NAME.ts`, `X-table.ts`. */
const PLACEHOLDER = /\bNAME\b|\bX-/

let files: readonly string[] | undefined

/** Whether a file stands at such a path somewhere in the project: `page.ts`, `commit/commit.ts`. */
function isFileSomewhere(path: string): boolean {
  files ??= globSync('{*,{shared,functions,infra,test}/**/*}').filter((one) => !one.includes('node_modules'))
  return files.some((one) => one === path || one.endsWith(`/${path}`))
}

const exists = (page: string, path: string): boolean =>
  existsSync(path) || existsSync(join(dirname(page), path)) || (!path.startsWith('.') && isFileSomewhere(path))

/** The files and folders that a Markdown page names, in backticks or as the target of a link, and that do not exist. */
export function missingPaths({
  path: page,
  text,
}: {
  readonly path: string
  readonly text: string
}): readonly string[] {
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map(([, one = '']) => one)
  const linked = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, one = '']) => one)
  const named = quoted.filter((one) => (CODE.test(one) || FOLDER.test(one)) && !PLACEHOLDER.test(one))
  return [
    ...named.filter((one) => !exists(page, one)),
    ...linked.filter((one) => !one.startsWith('http') && !existsSync(join(dirname(page), one))),
  ]
}
