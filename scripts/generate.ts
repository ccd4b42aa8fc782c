#!/usr/bin/env node
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { policySchemaJson } from '../src/core/policy/schema-json.ts'
import { describeRules } from '../src/core/readiness/describe-rules.ts'

/** Files that are made from code, by path within the project. A test compares them with what is there. */
export const generated: Readonly<Record<string, () => string>> = {
  'policies/schema.json': policySchemaJson,
  'docs/readiness.md': describeRules,
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  for (const [path, make] of Object.entries(generated)) {
    writeFileSync(join(root, path), make())
    process.stdout.write(`wrote ${path}\n`)
  }
}
