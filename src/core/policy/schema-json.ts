import { PolicyFile } from './schema.ts'

/** The schema for editors, as JSON Schema draft 7 text: `policies/schema.json`. Our own words about problems are left out. */
export function policySchemaJson(): string {
  const plain: unknown = JSON.parse(JSON.stringify(PolicyFile), (key, value: unknown) =>
    key === 'hint' && typeof value === 'string' ? undefined : value,
  )
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...(plain as object) }
  return `${JSON.stringify(schema, null, 2)}\n`
}
