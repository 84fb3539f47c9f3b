import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseAst } from 'vitest/node'

/** A node of a parsed file: ESTree's fields by name. */
export type Node = {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export type Export = {
  readonly name: string
  readonly kind: 'function' | 'class' | 'type' | 'value'
  readonly isDocumented: boolean
}

/** A TypeScript file of the project. Paths are relative to the project's root. */
export type Source = {
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly program: Node
  readonly exports: readonly Export[]
  /** The project's own files that it imports, also those it imports for a type alone. */
  readonly imports: readonly string[]
}

/** Whether a source is the product's, not a test's. */
export const isProduction = ({ path }: Source): boolean => !path.startsWith('test/')

/** Reads and parses every TypeScript file of the project. */
export const readSources = (): readonly Source[] =>
  globSync('{shared,functions,infra,test}/**/*.{ts,tsx}')
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map(readSource)

/** Markdown pages of the project, but its history. */
export const readPages = (): readonly { readonly path: string; readonly text: string }[] =>
  ['README.md', 'CONTRIBUTING.md', ...globSync('{shared,functions,infra,test}/**/*.md')]
    .flatMap((path) => globSync(path))
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8')
  const program = parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path) as unknown as Node
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    program,
    exports: exportsOf(program, text),
    imports: importsOf(program, path),
  }
}

function exportsOf(program: Node, text: string): readonly Export[] {
  return nodesIn(program['body']).flatMap((statement): readonly Export[] => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    const isDocumented = text.slice(0, statement.start).trimEnd().endsWith('*/')
    const declaration = statement['declaration'] as Node | null
    if (declaration === null)
      return nodesIn(statement['specifiers']).map((it) => ({
        name: nameOf(it['exported']),
        kind: 'value',
        isDocumented: true,
      }))
    if (declaration.type !== 'VariableDeclaration')
      return [{ name: nameOf(declaration['id']), kind: kindOf(declaration), isDocumented }]
    return nodesIn(declaration['declarations']).map((it) => ({
      name: nameOf(it['id']),
      kind: it['init'] ? kindOf(it['init'] as Node) : 'value',
      isDocumented,
    }))
  })
}

function kindOf({ type }: Node): Export['kind'] {
  if (type.includes('Function')) return 'function'
  if (type.includes('Class')) return 'class'
  return type.startsWith('TSTypeAlias') || type.startsWith('TSInterface') ? 'type' : 'value'
}

function importsOf(program: Node, path: string): readonly string[] {
  const found = new Set<string>()
  visit(program, (node) => {
    const source = node['source'] as { readonly value?: unknown } | null | undefined
    if (
      /^(Import|Export|TSImport)/.test(node.type) &&
      typeof source?.value === 'string' &&
      source.value.startsWith('.')
    )
      found.add(join(dirname(path), source.value))
  })
  return [...found]
}

/** Calls `look` with every node below a node, and with the nodes around it, the outermost first. */
export function visit(
  node: unknown,
  look: (node: Node, around: readonly Node[]) => void,
  around: readonly Node[] = [],
) {
  if (Array.isArray(node)) for (const one of node) visit(one, look, around)
  if (!isNode(node)) return
  look(node, around)
  const inner = [...around, node]
  for (const field of Object.values(node)) visit(field, look, inner)
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

const nodesIn = (field: unknown): readonly Node[] => field as readonly Node[]

const nameOf = (identifier: unknown): string => (identifier as { readonly name: string }).name

/** A file's name without its folder and its ending. */
export const bareName = (path: string): string => basename(path).replace(/\.tsx?$/, '')
