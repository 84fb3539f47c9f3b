import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { synthesize } from '../../infra/local/synthesize.ts'
import { type Resource, readAssembly } from '../../infra/local/template/template.ts'
import { arm } from './crash-point.ts'

/** A killed function's messages come back after this, not after six times its timeout. */
const VISIBILITY_SECONDS = 2

/**
 * Synthesizes our app and lays a trap in front of the bundle of some functions; everything else runs as it is deployed.
 *
 * @param names words that the functions' logical ids hold
 * @returns the assembly, and each function's trap
 */
export async function trappedAssembly(
  directory: string,
  names: readonly string[],
): Promise<{ readonly assembly: string; readonly traps: ReadonlyMap<string, string> }> {
  const assembly = await synthesize(directory)
  const { name, template, assets } = readAssembly(assembly)
  const traps = new Map<string, string>()
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    const trapped = names.find((one) => logicalId.includes(one))
    if (Type !== 'AWS::Lambda::Function' || trapped === undefined) continue
    const code = Properties?.['Code'] as { readonly S3Key: string } | undefined
    const folder = join(directory, 'traps', trapped)
    layTrap(assets.get(code?.S3Key.split('.')[0] ?? '') ?? '', folder)
    traps.set(trapped, folder)
  }
  const file = join(assembly, `${name}.template.json`)
  writeFileSync(file, JSON.stringify({ ...template, Resources: mapValues(template.Resources, withShortVisibility) }))
  return { assembly, traps }
}

function layTrap(bundle: string, folder: string): void {
  arm(folder, undefined)
  const trap = pathToFileURL(join(import.meta.dirname, 'trap.ts'))
  trap.searchParams.set('folder', folder)
  renameSync(join(bundle, 'index.mjs'), join(bundle, 'untrapped.mjs'))
  writeFileSync(join(bundle, 'index.mjs'), `import '${trap}'\nexport { handler } from './untrapped.mjs'\n`)
}

function withShortVisibility(resource: Resource): Resource {
  if (resource.Type !== 'AWS::SQS::Queue' || resource.Properties?.['RedrivePolicy'] === undefined) return resource
  return { ...resource, Properties: { ...resource.Properties, VisibilityTimeout: VISIBILITY_SECONDS } }
}

const mapValues = <V>(record: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
