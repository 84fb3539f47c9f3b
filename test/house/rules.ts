import { dirname } from 'node:path'
import { joinedLines, RIDDLES } from './english.ts'
import { bearsItsName } from './file-names.ts'
import { missingPaths } from './named-paths.ts'
import { ALONE, doesIo, FLOORS, isPure, ROOMS, roomOf } from './rooms.ts'
import { type Export, isProduction, type Node, readPages, type Source, visit } from './sources.ts'

/** Lists what breaks a rule: a file, and what of it. */
type Rule = (sources: readonly Source[]) => readonly string[]

const LINES_OF_A_FILE = 250
const LINES_OF_A_TEST = 400
const FILES_OF_A_FOLDER = 20

/** Files in which an absent property is another thing than an undefined one, with the reason. */
const MAY_BE_ABSENT = new Map([
  ['infra/constructs/schedule.ts', 'types of the CDK'],
  ['infra/constructs/secret.ts', 'types of the CDK'],
  ['infra/local/kept-ports.ts', 'a port that is given replaces one that is kept'],
  ['infra/local/mappings/queue-mapping.ts', 'types of Lambda'],
  ['shared/http/io/requests-table.ts', 'DynamoDB refuses names that an expression does not use'],
  ['shared/http/openapi-document.ts', 'types of zod-openapi'],
  ['shared/http/problem-answer.ts', 'a problem without places has no list of them'],
  ['shared/http/router.ts', 'a header that is undefined is sent as that word'],
  ['shared/ledger/io/page-item.ts', 'the archive marshals a page as it is'],
  ['shared/payments/stripe/stripe-provider.ts', 'types of Stripe'],
  ['shared/pricing/cards/compile-rates.ts', 'a rate is compared with a stored one, key by key'],
  ['shared/pricing/rates/rate.ts', 'a rate is compared with a stored one, key by key'],
  ['shared/usage/read-event.ts', 'a name that can not be read is not there'],
])

const floorOf = (path: string): number => FLOORS.findIndex((floor) => path.startsWith(`${floor}/`))

/** The rules of the house by the sentence that says them. What a linter can say stands in biome.json: packages, globals, default exports. */
export const RULES: Readonly<Record<string, Rule>> = {
  'no floor imports one above it: infra, functions, shared': (sources) =>
    importsWhere(sources, (from, to) => floorOf(to) > floorOf(from)),

  'functions never import each other': (sources) =>
    importsWhere(sources, (from, to) => isIn('functions', from, to) && from.split('/')[1] !== to.split('/')[1]),

  'every room of shared has its place in the order of rooms': (sources) => {
    const placed = new Set<string>([...ROOMS, ...Object.keys(ALONE)])
    return inFolder(sources, 'shared').flatMap(({ path }) => (placed.has(roomOf(path)) ? [] : [path]))
  },

  'no room of shared imports one above it': (sources) =>
    importsWhere(
      sources,
      (from, to) => isIn('shared', from, to) && placeOf(from) < placeOf(to) && ALONE[roomOf(from)] === undefined,
    ),

  'a room that stands alone imports what its list names': (sources) =>
    importsWhere(sources, (from, to) => {
      const allowed = from.startsWith('shared/') ? ALONE[roomOf(from)] : undefined
      return allowed !== undefined && roomOf(to) !== roomOf(from) && !allowed.includes(roomOf(to))
    }),

  'the pure core imports no file that may do I/O': (sources) =>
    importsWhere(sources, (from, to) => isIn('shared', from, to) && isPure(from) && doesIo(to)),

  'the pure core has no clock and no randomness': (sources) =>
    inFolder(sources, 'shared')
      .filter(({ path }) => isPure(path))
      .flatMap((source) => placesOf(source, (_, text) => /^(Math\.random|Temporal\.Now|performance\.now)$/.test(text))),

  'nothing reads the environment when it is imported': (sources) =>
    sources
      .filter((source) => isProduction(source) && !source.path.startsWith('infra/'))
      .flatMap((source) => placesOf(source, (_, text, around) => text === 'process.env' && !around.some(isFunction))),

  'a file bears the name of its exports': (sources) =>
    sources
      .filter((source) => isProduction(source) && !bearsItsName(source))
      .map(({ path, exports }) => `${path}: ${exports.map(({ name }) => name).join(' ')}`),

  'no file is longer than 250 lines, no test longer than 400': (sources) =>
    sources.flatMap((source) => {
      const most = isProduction(source) ? LINES_OF_A_FILE : LINES_OF_A_TEST
      return source.lines > most ? [source.path] : []
    }),

  'no folder has more than 20 loose files': (sources) =>
    [...Map.groupBy(sources, ({ path }) => dirname(path))]
      .filter(([, files]) => files.length > FILES_OF_A_FOLDER)
      .map(([folder]) => folder),

  'no name is exported with two meanings': (sources) => {
    const exported = [...inFolder(sources, 'shared'), ...inFolder(sources, 'functions')].flatMap(({ path, exports }) =>
      exports.map((one) => ({ ...one, path })),
    )
    return [...Map.groupBy(exported, ({ name }) => name)].flatMap(([name, places]) => {
      const files = [...new Set(places.filter((one) => !isNamedForAnother(one)).map(({ path }) => path))]
      return files.length > 1 ? [`${name}: ${files.join(', ')}`] : []
    })
  },

  'every exported function and class is documented': (sources) =>
    sources
      .filter(isProduction)
      .flatMap(({ path, exports }) =>
        exports.flatMap(({ name, kind, isDocumented }) =>
          isDocumented || (kind !== 'function' && kind !== 'class') ? [] : [`${path}: ${name}`],
        ),
      ),

  'nothing is exported through a second file': (sources) =>
    sources.flatMap((source) =>
      placesOf(source, ({ type, source: from }) => type.startsWith('Export') && from !== undefined && from !== null),
    ),

  'no file is named for what any file could hold': (sources) =>
    sources.flatMap(({ path }) =>
      /(^|[/-])(utils?|helpers?|managers?|misc|common)\b|\/data\./.test(path) ? [path] : [],
    ),

  'no property is spread in by a condition where a plain undefined does': (sources) =>
    sources.filter((source) => isProduction(source) && !MAY_BE_ABSENT.has(source.path)).flatMap(conditionalSpreads),

  'no object is spread where it is written': (sources) =>
    sources.flatMap((source) =>
      placesOf(source, ({ type, argument }) => type === 'SpreadElement' && isObject(argument)),
    ),

  'a test says what is so, not what should be': (sources) =>
    inFolder(sources, 'test').flatMap((source) =>
      placesOf(source, ({ type, callee, arguments: given }) => {
        const called = callee as { readonly name?: string } | undefined
        const title = (given as readonly { readonly value?: unknown }[] | undefined)?.[0]?.value
        return type === 'CallExpression' && called?.name === 'test' && /\bshould\b/.test(String(title))
      }),
    ),

  'no test mocks a module or keeps a snapshot': (sources) =>
    inFolder(sources, 'test').flatMap((source) =>
      placesOf(source, (_, text) =>
        /^(vi\.(mock|doMock)|expect\(.*\)\.to(MatchSnapshot|MatchInlineSnapshot))$/.test(text),
      ),
    ),

  'a path that a page names exists': () =>
    readPages().flatMap((page) => missingPaths(page).map((path) => `${page.path}: ${path}`)),

  'no sentence is a riddle': (sources) =>
    [...sources.filter(isProduction), ...readPages()].flatMap(({ path, text }) => {
      const joined = joinedLines(text)
      return Object.entries(RIDDLES).flatMap(([phrase, words]) => (words.test(joined) ? [`${path}: ${phrase}`] : []))
    }),
}

/**
 * Whether an export bears the name of another thing because it stands for that: an operation for its use case, and what each
 * function of its own has.
 */
const isNamedForAnother = ({ name, kind, path }: Export & { readonly path: string }): boolean =>
  path.startsWith('functions/')
    ? /^(handler|operations|services|[pP]orts|[a-z]\w*Handlers)$/.test(name)
    : path.startsWith('shared/api/') && kind === 'value' && /^[a-z]/.test(name)

const inFolder = (sources: readonly Source[], folder: string): readonly Source[] =>
  sources.filter(({ path }) => path.startsWith(`${folder}/`))

const isIn = (folder: string, ...paths: readonly string[]): boolean =>
  paths.every((path) => path.startsWith(`${folder}/`))

const placeOf = (path: string): number => ROOMS.indexOf(roomOf(path) as (typeof ROOMS)[number])

const importsWhere = (sources: readonly Source[], breaks: (from: string, to: string) => boolean): readonly string[] =>
  sources.flatMap(({ path, imports }) => imports.filter((to) => breaks(path, to)).map((to) => `${path} → ${to}`))

/** The places of a source where a node breaks a rule, as the source writes them. */
function placesOf(
  { path, program, text }: Source,
  breaks: (node: Node, text: string, around: readonly Node[]) => boolean,
): readonly string[] {
  const places: string[] = []
  visit(program, (node, around) => {
    const written = text.slice(node.start, node.end)
    if (breaks(node, written, around)) places.push(`${path}: ${written.replaceAll(/\s+/g, ' ').slice(0, 100)}`)
  })
  return places
}

const isFunction = ({ type }: Node): boolean => /Function|Method/.test(type)

const isObject = (node: unknown): boolean => (node as Node | undefined)?.type === 'ObjectExpression'

/**
 * The places of one property that is spread in by a condition: `...(x !== undefined && { x })`. Two properties at once are one
 * decision, and after another spread a plain undefined could overwrite what that one holds.
 */
function conditionalSpreads(source: Source): readonly string[] {
  const found = new Set<unknown>()
  visit(source.program, ({ type, properties }) => {
    if (type !== 'ObjectExpression') return
    for (const property of properties as readonly Node[]) {
      if (property.type === 'SpreadElement' && !isConditional(property)) break
      if (property.type === 'SpreadElement' && spreadsOne(property)) found.add(property)
    }
  })
  return placesOf(source, (node) => found.has(node))
}

const isConditional = ({ argument }: Node): boolean =>
  ['LogicalExpression', 'ConditionalExpression'].includes(unwrapped(argument).type)

function spreadsOne({ argument }: Node): boolean {
  const spread = unwrapped(argument)
  const given = spread.type === 'LogicalExpression' ? [spread['right']] : [spread['consequent'], spread['alternate']]
  const objects = given.map(unwrapped).filter((it) => it.type === 'ObjectExpression')
  const properties = objects.flatMap((it) => it['properties'] as readonly Node[])
  return objects.length === given.length && properties.length === 1 && properties[0]?.type === 'Property'
}

function unwrapped(node: unknown): Node {
  const { type, expression } = node as Node
  return type === 'ParenthesizedExpression' ? unwrapped(expression) : (node as Node)
}
