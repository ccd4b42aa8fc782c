import type { TSchema } from '@sinclair/typebox'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Problem } from '../problem.ts'
import { listOr, suggest } from './suggest.ts'
import { writePath, type PathSegment, type YamlSource } from './yaml-source.ts'

/** Compiles a schema of a people's file: strict, with every error at once and the values that are wrong. */
export function compileSchema<Value>(schema: TSchema): ValidateFunction<Value> {
  const ajv = new Ajv({ allErrors: true, strict: true, verbose: true, allowUnionTypes: true })
  ajv.addKeyword({ keyword: 'hint', schemaType: 'string' })
  // Patterns carry the rule; TypeBox's record keys come with one as well.
  return ajv.compile<Value>(schema)
}

export interface Validated {
  readonly problems: readonly Problem[]
  /** The value without what is wrong with it, so that the rest can be checked further. The value itself when nothing is. */
  readonly sound: unknown
}

/** What is wrong with a value of a file. `prefix`: where the value stands in it. */
export function validateAt(
  validate: ValidateFunction,
  source: YamlSource,
  value: unknown,
  prefix: readonly PathSegment[] = [],
): Validated {
  if (validate(value)) return { problems: [], sound: value }
  const errors = relevant(validate.errors ?? [])
  return {
    problems: errors.map((error) => toProblem(error, source, value, prefix)),
    sound: withoutErrors(value, validate.errors ?? []),
  }
}

/**
 * A copy without the values that errors are about. Items of lists leave a hole, so that the others keep their numbers; entries of
 * the outer maps stay as empty ones, so that their names are still known.
 */
function withoutErrors(value: unknown, errors: readonly ErrorObject[]): unknown {
  const root = structuredClone({ value })
  for (const error of errors) {
    const inside = segments(error.instancePath, value)
    const key = (error.params as { additionalProperty?: unknown }).additionalProperty
    const path: PathSegment[] = ['value', ...inside, ...(typeof key === 'string' ? [key] : [])]
    const last = path.at(-1)
    const parent = path.slice(0, -1).reduce<unknown>((each, segment) => member(each, segment), root)
    if (last === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last))
      continue
    const isNamedEntry = path.length === 3 && typeof key !== 'string' && path[1] !== 'extends'
    if (isNamedEntry) Reflect.set(parent, last, path[1] === 'groups' ? [] : {})
    else Reflect.deleteProperty(parent, last)
  }
  return root.value
}

function member(value: unknown, segment: PathSegment): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, segment) ? (value as Record<PathSegment, unknown>)[segment] : undefined
}

/** Problems in the order in which a reader meets them, each once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return [...problems]
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column)
    .filter((problem) => {
      const key = JSON.stringify(problem)
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
}

/**
 * Where a value may be one of several shapes, ajv reports the failures of all of them. What a person needs is the failure
 * of the shape that they tried, or, when they tried none, what the shapes are.
 */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf')
  return errors.filter((error) => {
    const union = unions.find((each) => each !== error && isWithin(error, each))
    if (error.keyword === 'anyOf') return !isMapValue(error.data) || !hasMapShape(error)
    if (union === undefined) return true
    return isMapValue(union.data) && hasMapShape(union) && error.keyword !== 'type'
      ? true
      : isInsideOf(error, union)
  })
}

/** Whether an error is one of a shape of a union, for the same value. */
function isWithin(error: ErrorObject, union: ErrorObject): boolean {
  const isSameValue =
    error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`)
  return isSameValue && error.schemaPath.startsWith(`${union.schemaPath}/`)
}

function isInsideOf(error: ErrorObject, union: ErrorObject): boolean {
  return isMapValue(union.data) && hasMapShape(union) && error.instancePath.length > union.instancePath.length
}

function isMapValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasMapShape(union: ErrorObject): boolean {
  const shapes: unknown = union.schema
  return Array.isArray(shapes) && shapes.some((shape: { type?: unknown }) => shape.type === 'object')
}

function toProblem(
  error: ErrorObject,
  source: YamlSource,
  root: unknown,
  prefix: readonly PathSegment[],
): Problem {
  const inside = segments(error.instancePath, root)
  const params = error.params as Readonly<Record<string, unknown>>
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty'])
    const path = [...prefix, ...inside, key]
    return {
      file: source.file,
      ...source.locateKey(path),
      path: writePath(path),
      message: unknownKey(key, error.parentSchema),
    }
  }
  if (error.keyword === 'required') {
    const key = String(params['missingProperty'])
    const schema = (error.parentSchema?.['properties'] as Record<string, { hint?: string }> | undefined)?.[
      key
    ]
    const hint = schema?.hint === undefined ? '' : `; write ${schema.hint}`
    const path = [...prefix, ...inside]
    return {
      file: source.file,
      ...source.locate(path),
      path: writePath(path),
      message: `${key} is missing${hint}`,
    }
  }
  const path = [...prefix, ...inside]
  return { file: source.file, ...source.locate(path), path: writePath(path), message: describeError(error) }
}

function segments(pointer: string, root: unknown): PathSegment[] {
  let current: unknown = root
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const segment = Array.isArray(current) ? Number(key) : key
      current = member(current, segment)
      return segment
    })
}

function unknownKey(key: string, schema: ErrorObject['parentSchema']): string {
  const known = Object.keys((schema?.['properties'] as object | undefined) ?? {})
  if (known.length === 0) return 'not a valid name; use letters, digits, and . _ / - (at most 63)'
  const meant = suggest(key, known)
  return meant === undefined
    ? `unknown key; known here are ${listOr(known).replace(/ or (?=[^ ]+$)/, ' and ')}`
    : `unknown key; did you mean ${meant}?`
}

const kinds: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'empty',
}

function describeError(error: ErrorObject): string {
  const schema = error.parentSchema ?? {}
  const hint = typeof schema['hint'] === 'string' ? schema['hint'] : undefined
  const shown = show(error.data)
  switch (error.keyword) {
    case 'enum': {
      const allowed = (schema['enum'] as readonly unknown[]).map(String)
      const meant = typeof error.data === 'string' ? suggest(error.data, allowed) : undefined
      if (meant !== undefined) return `${shown} is not known here; did you mean ${meant}?`
      return `${shown} is not known here; write ${listOr(allowed)}`
    }
    case 'type': {
      const kind = kinds[String(schema['type'])] ?? String(schema['type'])
      const allowed = schema['enum'] as readonly unknown[] | undefined
      const wanted = allowed === undefined ? (hint ?? kind) : listOr(allowed.map(String))
      return error.data === null
        ? `this is empty; write ${wanted}`
        : `${shown} is not ${kind}; write ${wanted}`
    }
    case 'minimum':
      return `${shown} is too small; write ${hint ?? 'more'}`
    case 'maximum':
      return `${shown} is too large; write ${hint ?? 'less'}`
    case 'minItems':
      return `this is empty; write ${hint ?? 'at least one'}`
    case 'maxItems':
      return `these are too many; write at most ${String(schema['maxItems'])}`
    case 'maxLength':
      return `this is too long; write at most ${String(schema['maxLength'])} characters`
    default:
      return `${shown} is not valid; write ${hint ?? 'something else'}`
  }
}

/** A value as it is quoted in a problem: short, on one line. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}
