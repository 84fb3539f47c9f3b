import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { operations } from '../../shared/api/operations.ts'
import { openApiDocument } from '../../shared/http/openapi-document.ts'

/** Writes the OpenAPI document to the file of its first argument, for the linter; without one, prints it. */
const text = `${JSON.stringify(await openApiDocument(operations), undefined, 2)}\n`
const [file] = process.argv.slice(2)
if (file === undefined) process.stdout.write(text)
else {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
