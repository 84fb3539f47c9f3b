import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from './mutants/mutants.ts'
import { patched } from './product/load.ts'

const PROJECT = new URL('../../', import.meta.url)

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  'the mutant %s fits the code of today',
  (_, mutant) => {
    const sources = new Map<string, string>()
    for (const patch of mutant.patches) {
      const source = sources.get(patch.file) ?? readFileSync(new URL(patch.file, PROJECT), 'utf8')
      sources.set(patch.file, patched(source, patch))
    }
    expect(sources.size).toBeGreaterThan(0)
  },
)
