import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A synthesized CloudFormation template, as far as the runner looks at it. */
interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>
  readonly Conditions?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Condition?: string }>>
}

export interface Resource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly Condition?: string
}

/** One stack of a cloud assembly: its template, and the folder of each asset by hash. */
export interface AssembledStack {
  readonly name: string
  readonly template: Template
  readonly assets: ReadonlyMap<string, string>
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      { readonly type: string; readonly properties?: { readonly templateFile?: string; readonly stackName?: string } }
    >
  >
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>
}

/** @throws Error unless the assembly holds exactly one stack */
export function readAssembly(directory: string): AssembledStack {
  const { artifacts } = readJson<Manifest>(join(directory, 'manifest.json'))
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack')
  const [found] = stacks
  if (found === undefined || stacks.length > 1)
    throw new Error(`${directory} holds ${stacks.length} stacks; the runner runs one`)

  const [name, { properties }] = found
  const template = readJson<Template>(join(directory, properties?.templateFile ?? `${name}.template.json`))
  const assets = new Map<string, string>()
  for (const [artifact, { type }] of Object.entries(artifacts)) {
    if (type !== 'cdk:asset-manifest') continue
    const { files } = readJson<AssetManifest>(join(directory, `${artifact}.json`))
    for (const [hash, { source }] of Object.entries(files ?? {}))
      if (source.path) assets.set(hash, join(directory, source.path))
  }
  return { name: properties?.stackName ?? name, template, assets }
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T
