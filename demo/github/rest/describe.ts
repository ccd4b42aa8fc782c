import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { formats } from '../formats.ts'
import type { Route } from './route.ts'

/** GitHub's own description of the operations in use (scripts/cut-github-description.ts). */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}
interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: Schema
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}
interface Operation {
  readonly parameters: readonly Parameter[]
  readonly requestBody: Content | null
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

let loaded: { document: Document; strict: Ajv; coercing: Ajv } | undefined

function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded
  const document = JSON.parse(
    readFileSync(new URL('../data/openapi.json', import.meta.url), 'utf8'),
  ) as Document
  const options = { strict: false, allErrors: true, formats }
  const strict = new Ajv(options)
  const coercing = new Ajv({ ...options, coerceTypes: true })
  for (const ajv of [strict, coercing])
    ajv.addSchema({ $id: 'openapi', components: document.components, paths: document.paths })
  loaded = { document, strict, coercing }
  return loaded
}

const pointer = (...parts: readonly string[]): string =>
  `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`

const localPointer = (reference: string): string[] => reference.slice(2).split('/')

function follow<Value extends { readonly $ref?: string }>(value: Value): Value {
  if (value.$ref === undefined) return value
  const [, kind = '', name = ''] = localPointer(value.$ref)
  return load().document.components[kind]?.[name] as Value
}

function operationOf(route: Pick<Route, 'method' | 'path'>): Operation {
  const operation = load().document.paths[route.path]?.[route.method.toLowerCase()]
  if (operation === undefined)
    throw new Error(`no description of ${route.method} ${route.path}: run npm run generate:github`)
  return operation
}

const describe = (errors: readonly ErrorObject[] | null | undefined): string[] =>
  (errors ?? [])
    .slice(0, 8)
    .map((error) => `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`)

const validators = new Map<string, ValidateFunction>()

function validatorAt(reference: string, ajv: Ajv): ValidateFunction {
  const known = validators.get(reference)
  if (known !== undefined) return known
  const made = ajv.compile({ $ref: reference })
  validators.set(reference, made)
  return made
}

const choices = (schema: Schema): Schema[] =>
  [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(follow)

const isFree = (schema: Schema): boolean =>
  (schema.additionalProperties !== undefined && schema.additionalProperties !== false) ||
  (schema.type === 'object' && schema.properties === undefined && choices(schema).length === 0) ||
  choices(schema).some(isFree)

/** Every property that an object may have by these schemas or their choices, with each form it may take; null when any may be there. */
function knownProperties(schemas: readonly Schema[]): ReadonlyMap<string, readonly Schema[]> | null {
  const found = new Map<string, Schema[]>()
  for (const real of schemas.map(follow)) {
    if (isFree(real)) return null
    const below = choices(real)
    const chosen =
      below.length === 0
        ? new Map<string, readonly Schema[]>()
        : (knownProperties(below) ?? new Map<string, readonly Schema[]>())
    for (const [key, value] of Object.entries(real.properties ?? {}))
      found.set(key, [...(found.get(key) ?? []), value])
    for (const [key, values] of chosen) found.set(key, [...(found.get(key) ?? []), ...values])
  }
  return found
}

const withChoices = (schema: Schema): Schema[] => [
  follow(schema),
  ...choices(follow(schema)).flatMap(withChoices),
]

/** Keys that the description does not know, here and in nested objects and lists. */
function unknownKeys(schemas: readonly Schema[], value: unknown, at: string): string[] {
  if (schemas.length === 0 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    const items = schemas.flatMap(withChoices).flatMap((schema) => schema.items ?? [])
    return value.flatMap((item, index) => unknownKeys(items, item, `${at}/${index}`))
  }
  const properties = knownProperties(schemas)
  if (properties === null) return []
  return Object.entries(value).flatMap(([key, child]) =>
    properties.has(key)
      ? unknownKeys(properties.get(key) ?? [], child, `${at}/${key}`)
      : [`${at}/${key} is not known`],
  )
}

/** What GitHub's description does not allow in a request; empty when all is well. */
export function requestProblems(
  route: Pick<Route, 'method' | 'path'>,
  request: {
    readonly params: Readonly<Record<string, string>>
    readonly query: Readonly<Record<string, string>>
    readonly body: unknown
  },
): string[] {
  const operation = operationOf(route)
  const parameters = operation.parameters.map(follow)
  const problems: string[] = []
  const check = (name: string, place: Parameter['in'], value: string): void => {
    const index = parameters.findIndex((parameter) => parameter.name === name && parameter.in === place)
    if (index === -1) {
      problems.push(`${place} parameter ${name} is not known`)
      return
    }
    const given = operation.parameters[index]
    const reference =
      given?.$ref === undefined
        ? pointer('paths', route.path, route.method.toLowerCase(), 'parameters', String(index), 'schema')
        : pointer(...localPointer(given.$ref), 'schema')
    const key = `coerced ${reference}`
    const validate =
      validators.get(key) ??
      load().coercing.compile({ type: 'object', properties: { value: { $ref: reference } } })
    validators.set(key, validate)
    if (!validate({ value }))
      problems.push(...describe(validate.errors).map((text) => `${place} parameter ${name}: ${text}`))
  }
  for (const [name, value] of Object.entries(request.params)) check(name, 'path', value)
  for (const [name, value] of Object.entries(request.query)) check(name, 'query', value)
  return [...problems, ...bodyProblems(route, operation, request.body)]
}

function bodyProblems(route: Pick<Route, 'method' | 'path'>, operation: Operation, body: unknown): string[] {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  const isEmpty = body === undefined || body === null || JSON.stringify(body) === '{}'
  if (schema === undefined) return isEmpty ? [] : ['a body is not known here']
  const reference = pointer(
    'paths',
    route.path,
    route.method.toLowerCase(),
    'requestBody',
    'content',
    'application/json',
    'schema',
  )
  const validate = validatorAt(reference, load().strict)
  const valid = validate(body ?? {})
  return [...unknownKeys([schema], body, ''), ...(valid ? [] : describe(validate.errors))].map(
    (text) => `body ${text}`,
  )
}

/** What GitHub's description does not allow in an answer; empty when all is well. */
export function answerProblems(
  route: Pick<Route, 'method' | 'path'>,
  status: number,
  body: unknown,
): string[] {
  const operation = operationOf(route)
  const found = operation.responses[String(status)]
  if (found === undefined) return [`status ${status} is not known`]
  const content = follow(found).content
  const schema = content?.['application/json']?.schema
  if (schema === undefined)
    return body === undefined || status === 204
      ? []
      : content === undefined
        ? [`a body is not known for ${status}`]
        : []
  const reference =
    found.$ref === undefined
      ? pointer(
          'paths',
          route.path,
          route.method.toLowerCase(),
          'responses',
          String(status),
          'content',
          'application/json',
          'schema',
        )
      : pointer(...localPointer(found.$ref), 'content', 'application/json', 'schema')
  const validate = validatorAt(reference, load().strict)
  return validate(body) ? [] : describe(validate.errors)
}
