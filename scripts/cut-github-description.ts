import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { schema as githubSchema } from '@octokit/graphql-schema'
import { parse, print, visit } from 'graphql'
import { routes } from '../demo/github/rest/routes.ts'

/**
 * Cuts what the local GitHub checks itself against out of what GitHub publishes, so that it ships as data: the operations in
 * use of the OpenAPI description, the webhook schemas of the events in use, and the GraphQL schema without its prose.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = Record<string, Json>

const require = createRequire(import.meta.url)
const read = (name: string): string => readFileSync(require.resolve(name), 'utf8')
const asObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

/** Says nothing that a validator could use. */
const prose = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'summary',
  'tags',
  'x-github',
  'title',
  'deprecated',
  'x-deprecation-details',
  'tsAdditionalProperties',
  'tsType',
])

/** OpenAPI 3.0 says null beside a schema by `nullable`; a validator wants it among the types, the values or the choices. */
function withNull(schema: JsonObject): JsonObject {
  const { nullable, ...rest } = schema
  if (nullable !== true) return schema
  if (schema.type === undefined) return { anyOf: [{ type: 'null' }, rest] }
  const { enum: values } = schema
  return Array.isArray(values) && !values.includes(null) ? { ...schema, enum: [...values, null] } : schema
}

/** Drops prose, but not a property that happens to be called like it. */
function trim(value: Json, isMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => trim(item))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, child]) => isMap || !prose.has(key) || (key === 'examples' && isMap) || child === null,
  )
  const trimmed: JsonObject = Object.fromEntries(
    kept.map(([key, child]) => [
      key,
      trim(child, key === 'properties' || key === 'definitions' || key === 'schemas'),
    ]),
  )
  return withNull(trimmed)
}

function collectReferences(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectReferences(item, found)
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value))
      if (key === '$ref' && typeof child === 'string') found.add(child)
      else collectReferences(child, found)
}

/** Everything that `roots` refer to in `document`, directly or not, by JSON pointer. */
function closure(document: Json, roots: Json): Map<string, Json> {
  const found = new Map<string, Json>()
  const queue = [roots]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const references = new Set<string>()
    collectReferences(next, references)
    for (const reference of references) {
      if (found.has(reference)) continue
      const target = reference
        .slice(2)
        .split('/')
        .reduce<Json>(
          (at, part) => asObject(at)[part.replaceAll('~1', '/').replaceAll('~0', '~')] ?? null,
          document,
        )
      found.set(reference, target)
      queue.push(target)
    }
  }
  return found
}

const lineByLine = (object: JsonObject): string =>
  `{\n${Object.entries(object)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n')}\n}`

export function cutOpenApi(): string {
  const document = JSON.parse(read('@octokit/openapi/generated/api.github.com.json')) as JsonObject
  const all = asObject(document.paths)
  const paths: Record<string, JsonObject> = {}
  for (const { method, path } of routes) {
    const operation = asObject(asObject(all[path])[method.toLowerCase()])
    if (operation.responses === undefined) throw new Error(`GitHub's description has no ${method} ${path}`)
    const { parameters = [], requestBody = null, responses } = operation
    paths[path] = { ...paths[path], [method.toLowerCase()]: trim({ parameters, requestBody, responses }) }
  }
  // the description wants each account in this list to be a person and an enterprise at once; one installation by itself is right
  const list = asObject(
    asObject(asObject(asObject(asObject(paths['/app/installations']?.get).responses)['200']).content)[
      'application/json'
    ],
  )
  list.schema = { type: 'array', items: { $ref: '#/components/schemas/installation' } }
  const components: Record<string, JsonObject> = {}
  for (const [reference, target] of closure(document, trim(paths))) {
    const [, , kind = '', name = ''] = reference.split('/')
    if (kind !== 'examples') components[kind] = { ...components[kind], [name]: trim(target) }
  }
  const sorted = Object.entries(components).map(
    ([kind, entries]) =>
      `${JSON.stringify(kind)}:${lineByLine(Object.fromEntries(Object.entries(entries).toSorted(([left], [right]) => (left < right ? -1 : 1))))}`,
  )
  const sortedPaths = Object.fromEntries(
    Object.entries(paths).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  )
  return `{"paths":${lineByLine(sortedPaths)},\n"components":{${sorted.toSorted().join(',\n')}}}\n`
}

const events =
  /^(check_run|check_suite|deployment|deployment_status|installation|issue_comment|member|membership|merge_group|organization|ping|pull_request|pull_request_review|push|repository|status|team|team_add)\$/

export function cutWebhooks(): string {
  const document = JSON.parse(read('@octokit/webhooks-schemas')) as JsonObject
  const definitions = asObject(document.definitions)
  const roots = Object.fromEntries(Object.entries(definitions).filter(([name]) => events.test(name)))
  const referred = [...closure(document, roots)].map(([reference, target]): [string, Json] => [
    reference.split('/').at(-1) ?? '',
    target,
  ])
  const kept = Object.entries({ ...roots, ...Object.fromEntries(referred) }).toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  )
  return `{"definitions":${lineByLine(Object.fromEntries(kept.map(([name, schema]) => [name, trim(schema)])))}}\n`
}

/** The whole schema: a cut of types would refuse queries that GitHub answers. */
export function cutGraphql(): string {
  const document = parse(githubSchema.idl, { noLocation: true })
  const bare = visit(document, {
    enter: (node) =>
      'description' in node && node.description !== undefined
        ? { ...node, description: undefined }
        : undefined,
  })
  return print(bare).replaceAll(/\n\n+/g, '\n')
}

if (import.meta.main) {
  const data = new URL('../demo/github/data/', import.meta.url)
  writeFileSync(new URL('openapi.json', data), cutOpenApi())
  writeFileSync(new URL('webhooks.json', data), cutWebhooks())
  writeFileSync(new URL('schema.graphql.gz', data), gzipSync(cutGraphql(), { level: 9 }))
}
