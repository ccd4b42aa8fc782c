import { fieldPath } from '../../change/field-path.ts'
import { isJsonList, isJsonObject } from '../../change/read-yaml.ts'
import { parseQuantity } from '../../change/quantity.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { listOr, suggest } from '../../policy/suggest.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, mapsOf, textOf, textsOf } from '../rendering/subject.ts'
import type { SchemaSource } from './read-definitions.ts'

export interface SchemaError {
  readonly path: string
  readonly message: string
}

/** A resource with more errors than this is not understood better by more of them. */
const mostErrors = 50
/** No API server takes a map of more: it would not fit into an object. */
const mostEntries = 50_000
/** What every object may have, whatever its schema says. */
const ofEveryObject = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * What of a structural schema a resource does not satisfy: types, required and unknown fields, enumerations, patterns, lengths, bounds.
 * Defaults are not applied: a field that has one may be absent.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function validateStructure(
  object: JsonObject,
  { schema, definitions }: SchemaSource,
): readonly SchemaError[] {
  const validator = new Validator(mapOf(definitions))
  validator.visit(object, schema, '', '', true)
  return validator.errors
}

class Validator {
  readonly errors: SchemaError[] = []
  readonly #definitions: JsonObject

  constructor(definitions: JsonObject) {
    this.#definitions = definitions
  }

  visit(value: Json, written: JsonObject, path: string, field: string, isObject: boolean): void {
    if (this.errors.length >= mostErrors) return
    const schema = this.#resolve(written)
    if (value === null) {
      // The API server drops nulls of fields that may be absent.
      return
    }
    if (schema['x-kubernetes-int-or-string'] === true) {
      if (!Number.isInteger(value) && typeof value !== 'string')
        this.#refuse(path, `${show(value)} is neither a whole number nor text`)
      return
    }
    // Flux fills variables in when it applies.
    if (typeof value === 'string' && /\$\{[^}]*\}/.test(value)) return
    const wrong = typeProblem(value, schema)
    if (wrong !== undefined) return this.#refuse(path, wrong)
    this.#checkScalar(value, schema, path)
    if (isJsonObject(value)) this.#visitMap(value, schema, path, isObject)
    else if (isJsonList(value)) this.#visitList(value, schema, path, field)
  }

  #visitMap(map: JsonObject, schema: JsonObject, path: string, isObject: boolean): void {
    const properties = mapOf(schema.properties)
    const embedded = isObject || schema['x-kubernetes-embedded-resource'] === true
    for (const name of textsOf(schema.required))
      if ((map[name] === undefined || map[name] === null) && mapOf(properties[name]).default === undefined)
        this.#refuse(path, `${name} is missing`)
    const rest = schema.additionalProperties
    const isOpen =
      schema['x-kubernetes-preserve-unknown-fields'] === true ||
      rest === true ||
      (schema.properties === undefined && rest === undefined)
    const names = Object.keys(map)
    if (names.length > mostEntries)
      return this.#refuse(path, `has ${names.length} entries; more than ${mostEntries} are not looked at`)
    for (const name of names) {
      const value = map[name]
      const child = fieldPath(path, name)
      const known = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (isJsonObject(known)) this.visit(value ?? null, known, child, name, false)
      else if (isJsonObject(rest)) this.visit(value ?? null, rest, child, name, false)
      else if (!isOpen && !(embedded && ofEveryObject.has(name)))
        this.#refuse(child, unknownField(name, properties))
    }
    const [least, most] = [schema.minProperties, schema.maxProperties]
    const count = names.length
    if (typeof least === 'number' && count < least)
      this.#refuse(path, `has ${count} entries; at least ${least}`)
    if (typeof most === 'number' && count > most) this.#refuse(path, `has ${count} entries; at most ${most}`)
  }

  #visitList(list: readonly Json[], schema: JsonObject, path: string, field: string): void {
    const [least, most] = [schema.minItems, schema.maxItems]
    if (typeof least === 'number' && list.length < least)
      this.#refuse(path, `has ${list.length} items; at least ${least}`)
    if (typeof most === 'number' && list.length > most)
      this.#refuse(path, `has ${list.length} items; at most ${most}`)
    if (!isJsonObject(schema.items)) return
    const paths = listPaths(path, field, list)
    for (const [index, item] of list.entries())
      this.visit(item, schema.items, paths[index] ?? path, field, false)
  }

  #checkScalar(value: Json, schema: JsonObject, path: string): void {
    const allowed = schema.enum
    if (isJsonList(allowed) && !allowed.some((each) => each === value)) {
      const words = allowed.map(String).slice(0, 20)
      const meant = typeof value === 'string' ? suggest(value, words) : undefined
      this.#refuse(
        path,
        meant === undefined
          ? `${show(value)} is not known; ${listOr(words)}`
          : `${show(value)} is not known; did you mean ${meant}?`,
      )
    }
    if (typeof value === 'string') {
      const { minLength, maxLength, pattern, format } = schema
      if (typeof minLength === 'number' && value.length < minLength)
        this.#refuse(path, `${show(value)} is too short; at least ${minLength}`)
      if (typeof maxLength === 'number' && value.length > maxLength)
        this.#refuse(path, `${show(value)} is too long; at most ${maxLength}`)
      const expression = textOf(pattern)
      if (expression !== undefined && !matches(expression, value))
        this.#refuse(path, `${show(value)} does not match ${expression.slice(0, 100)}`)
      if (format === 'quantity' && parseQuantity(value) === undefined && !/[${]/.test(value))
        this.#refuse(path, `${show(value)} is no quantity`)
    }
    if (typeof value === 'number') {
      const { minimum, maximum } = schema
      if (typeof minimum === 'number' && value < minimum)
        this.#refuse(path, `${value} is less than ${minimum}`)
      if (typeof maximum === 'number' && value > maximum)
        this.#refuse(path, `${value} is more than ${maximum}`)
    }
  }

  #resolve(schema: JsonObject): JsonObject {
    const name = textOf(schema.$ref)
    return name === undefined ? schema : mapOf(this.#definitions[name])
  }

  #refuse(path: string, message: string): void {
    if (this.errors.length < mostErrors) this.errors.push({ path, message })
  }
}

/** `type`, and shapes of which one must fit. Undefined: it fits. */
function typeProblem(value: Json, schema: JsonObject): string | undefined {
  const shapes = mapsOf(schema.anyOf)
  if (shapes.length > 0 && shapes.every(({ type }) => type !== undefined) && schema.type === undefined)
    return shapes.some(({ type }) => isOfType(value, textOf(type)))
      ? undefined
      : `${show(value)} is none of ${listOr(shapes.map(({ type }) => typeName(textOf(type))))}`
  const type = textOf(schema.type)
  return isOfType(value, type) ? undefined : `${show(value)} is not ${typeName(type)}`
}

function isOfType(value: Json, type: string | undefined): boolean {
  switch (type) {
    case 'object':
      return isJsonObject(value)
    case 'array':
      return isJsonList(value)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    default:
      return true
  }
}

function typeName(type: string | undefined): string {
  const names: Readonly<Record<string, string>> = {
    object: 'a map',
    array: 'a list',
    string: 'text',
    boolean: 'true or false',
    integer: 'a whole number',
    number: 'a number',
  }
  return names[type ?? ''] ?? 'what is expected'
}

function show(value: Json): string {
  if (isJsonList(value)) return 'a list'
  if (isJsonObject(value)) return 'a map'
  return JSON.stringify(value).slice(0, 60)
}

function unknownField(name: string, properties: JsonObject): string {
  const meant = suggest(name, Object.keys(properties))
  return `unknown field ${name.slice(0, 100)}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

const patterns = new Map<string, RegExp | undefined>()

/** Patterns come from definitions that a pull request may contain: only short texts are tried, and unreadable ones pass. */
function matches(pattern: string, value: string): boolean {
  if (value.length > 2_000 || pattern.length > 2_000) return true
  if (/\([^)]*[+*][^)]*\)[+*{]/.test(pattern) && value.length > 40) return true
  if (!patterns.has(pattern)) {
    if (patterns.size > 5_000) patterns.clear()
    patterns.set(pattern, compile(pattern))
  }
  return patterns.get(pattern)?.test(value) ?? true
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined
  }
}
