import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { formats } from '../formats.ts'

interface Schemas {
  readonly definitions: Readonly<Record<string, unknown>>
}

let ajv: Ajv | undefined
let names: ReadonlySet<string> = new Set()

function load(): Ajv {
  if (ajv !== undefined) return ajv
  const file = new URL('../data/webhooks.json', import.meta.url)
  const schemas = JSON.parse(readFileSync(file, 'utf8')) as Schemas
  names = new Set(Object.keys(schemas.definitions))
  ajv = new Ajv({ strict: false, allErrors: true, formats })
  ajv.addSchema({ $id: 'webhooks', ...schemas })
  return ajv
}

/** What is wrong with a payload by GitHub's own webhook schema; empty when nothing is. */
export function payloadProblems(event: string, action: string | null, payload: unknown): string[] {
  const schemas = load()
  const name = [`${event}$${action ?? 'event'}`, `${event}$event`].find((each) => names.has(each))
  if (name === undefined) return [`no webhook schema for ${event} ${action ?? ''}`.trim()]
  const reference = `webhooks#/definitions/${name}`
  const validate = schemas.getSchema(reference) as ValidateFunction | undefined
  if (validate === undefined) return [`no webhook schema ${name}`]
  if (validate(withKnownEvents(payload))) return []
  // `environment_url` is a URI or '', and '' counts as a URI here as it does with GitHub: matching both is no problem.
  const isAmbiguous = (error: ErrorObject): boolean =>
    error.keyword === 'oneOf' && Array.isArray((error.params as { passingSchemas?: unknown }).passingSchemas)
  return (validate.errors ?? [])
    .filter((error) => !isAmbiguous(error))
    .map((error) => `${name}${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`)
}

/** Events that the published schemas of `ping` and `installation` do not know. GitHub sends them all the same. */
const newer: readonly string[] = ['merge_group', 'repository_ruleset']

function withKnownEvents(payload: unknown): unknown {
  const given = payload as Readonly<Record<string, { readonly events?: readonly string[] } | undefined>>
  const known = Object.fromEntries(
    ['hook', 'installation'].flatMap((key) => {
      const events = given[key]?.events?.filter((each) => !newer.includes(each))
      return events === undefined ? [] : [[key, { ...given[key], events }]]
    }),
  )
  return { ...given, ...known }
}
