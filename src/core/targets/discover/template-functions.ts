import { createHash } from 'node:crypto'
import { isJsonList, isJsonObject, readYaml, scalarText } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { NotEvaluated } from './not-evaluated.ts'

/** A function of a Go template; absent values come as null. */
type TemplateFunction = (...args: readonly Json[]) => Json

/** What Go's templates take for false: https://pkg.go.dev/text/template */
export function isTruthy(value: Json): boolean {
  if (value === null || value === false || value === 0 || value === '') return false
  if (isJsonList(value)) return value.length > 0
  return !isJsonObject(value) || Object.keys(value).length > 0
}

const text = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') throw new NotEvaluated('its template writes a list or a map as a text')
  return scalarText(value)
}
const list = (value: Json | undefined): readonly Json[] =>
  isJsonList(value ?? null) ? (value as readonly Json[]) : []
const whole = (value: Json | undefined): number => {
  const number = Math.trunc(Number(value ?? 0))
  return Number.isSafeInteger(number) ? number : 0
}
const equal = (a: Json | undefined, b: Json | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** A name as Kubernetes allows it, as Argo CD's `normalize` makes it. */
export function normalize(value: string): string {
  return value
    .toLowerCase()
    .replace(/[^a-z0-9-.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '')
}

function slugify(value: string, length = 50): string {
  const slug = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return slug.slice(0, length).replace(/-+$/, '')
}

function printf(format: string, args: readonly Json[]): string {
  let next = 0
  return format.replace(/%([%sdvq])|%/g, (_, verb: string | undefined) => {
    if (verb === undefined) throw new NotEvaluated('its template has a printf that is not evaluated')
    if (verb === '%') return '%'
    const value = args[next++] ?? null
    return verb === 'q' ? JSON.stringify(text(value)) : text(value)
  })
}

function dig(args: readonly Json[]): Json {
  const [object, fallback, ...names] = args.toReversed()
  let value: Json = object ?? null
  for (const name of names.toReversed()) {
    const field: Json | undefined = isJsonObject(value) ? value[text(name)] : undefined
    if (field === undefined) return fallback ?? null
    value = field
  }
  return value
}

function index(args: readonly Json[]): Json {
  const [value = null, ...keys] = args
  return keys.reduce<Json>((found, key) => {
    if (isJsonList(found)) {
      const item = found[whole(key)]
      if (item === undefined) throw new NotEvaluated('its template takes an item of a list that is shorter')
      return item
    }
    return isJsonObject(found) && Object.hasOwn(found, text(key)) ? (found[text(key)] ?? null) : null
  }, value)
}

/**
 * The functions of Go templates, sprig and Argo CD that names and paths are made with. Those that read a clock, chance, the environment
 * or a key are missing on purpose. https://masterminds.github.io/sprig/
 */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  index: (...args) => index(args),
  get: (map = null, name) => (isJsonObject(map) ? (map[text(name)] ?? '') : ''),
  hasKey: (map = null, name) => isJsonObject(map) && Object.hasOwn(map, text(name)),
  dig: (...args) => dig(args),
  default: (fallback = null, value = null) => (isTruthy(value) ? value : fallback),
  coalesce: (...args) => args.find(isTruthy) ?? null,
  empty: (value = null) => !isTruthy(value),
  ternary: (yes = null, no = null, which = null) => (isTruthy(which) ? yes : no),
  eq: (first, ...others) => others.some((other) => equal(first, other)),
  ne: (a, b) => !equal(a, b),
  not: (value = null) => !isTruthy(value),
  and: (...args) => args.find((value) => !isTruthy(value)) ?? args.at(-1) ?? null,
  or: (...args) => args.find(isTruthy) ?? args.at(-1) ?? null,
  len: (value = null) =>
    typeof value === 'string'
      ? Buffer.byteLength(value)
      : isJsonObject(value)
        ? Object.keys(value).length
        : list(value).length,
  gt: (a, b) => whole(a) > whole(b),
  lt: (a, b) => whole(a) < whole(b),
  ge: (a, b) => whole(a) >= whole(b),
  le: (a, b) => whole(a) <= whole(b),
  add: (...args) => args.reduce<number>((sum, each) => sum + whole(each), 0),
  sub: (a, b) => whole(a) - whole(b),
  int: (value) => whole(value),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  title: (value) => text(value).replace(/(^|\s)\S/g, (letter) => letter.toUpperCase()),
  trim: (value) => text(value).trim(),
  trimPrefix: (prefix, value) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimSuffix: (suffix, value) =>
    text(suffix) !== '' && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  trunc: (length, value) =>
    whole(length) < 0 ? text(value).slice(whole(length)) : text(value).slice(0, whole(length)),
  replace: (from, to, value) => text(value).replaceAll(text(from), text(to)),
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  hasSuffix: (suffix, value) => text(value).endsWith(text(suffix)),
  splitList: (separator, value) => text(value).split(text(separator)),
  split: (separator, value) =>
    Object.fromEntries(
      text(value)
        .split(text(separator))
        .map((part, place) => [`_${place}`, part]),
    ),
  join: (separator, values) => list(values).map(text).join(text(separator)),
  list: (...args: readonly Json[]) => args,
  dict: (...args) =>
    Object.fromEntries(
      args.flatMap((name, place) => (place % 2 === 0 ? [[text(name), args[place + 1] ?? null]] : [])),
    ),
  first: (values) => list(values)[0] ?? null,
  last: (values) => list(values).at(-1) ?? null,
  rest: (values) => list(values).slice(1),
  has: (item, values) => list(values).some((each) => equal(each, item)),
  quote: (...args) => args.map((value) => JSON.stringify(text(value))).join(' '),
  squote: (...args) => args.map((value) => `'${text(value)}'`).join(' '),
  cat: (...args) => args.map(text).join(' '),
  print: (...args) => args.map(text).join(''),
  printf: (format, ...args) => printf(text(format), args),
  toString: (value: Json = null) => text(value),
  nospace: (value) => text(value).replace(/\s+/g, ''),
  indent: (width, value) => text(value).replace(/^/gm, ' '.repeat(Math.min(100, Math.max(0, whole(width))))),
  nindent: (width, value) =>
    `\n${text(value).replace(/^/gm, ' '.repeat(Math.min(100, Math.max(0, whole(width)))))}`,
  toJson: (value = null) => JSON.stringify(value),
  toYaml: (value = null) => JSON.stringify(value),
  fromJson: (value) => readYaml(text(value)),
  fromYaml: (value) => readYaml(text(value)),
  b64enc: (value) => Buffer.from(text(value)).toString('base64'),
  sha256sum: (value) => createHash('sha256').update(text(value)).digest('hex'),
  normalize: (value) => normalize(text(value)),
  slugify: (...args) => slugify(text(args.at(-1)), args.length > 1 ? whole(args[0]) : 50),
  keys: (map = null) => Object.keys(isJsonObject(map) ? map : {}).sort(),
  merge: (...args) => Object.assign({}, ...args.filter(isJsonObject).toReversed()) as JsonObject,
}
