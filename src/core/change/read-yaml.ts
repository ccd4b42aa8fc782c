import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type Document,
  type ToJSOptions,
} from 'yaml'
import type { Json, JsonObject } from './resource.ts'

/** A YAML text that cannot be read, with its place. Thrown only within core/change and core/targets; callers turn it into a value. */
export class YamlProblem extends Error {
  readonly line: number
  readonly column: number
  constructor(message: string, line: number, column: number) {
    super(message)
    this.name = 'YamlProblem'
    this.line = line
    this.column = column
  }
}

/** Tags that the API server's YAML reader does not resolve: times as base-60 numbers, dates, sets. They stay strings. */
const foreignTags = new Set(['binary', 'omap', 'pairs', 'set', 'timestamp'])

/**
 * Aliases within aliases multiply: enough for anchors that people write, far too few for a bomb (a 600-byte file that unfolds
 * into gigabytes in a renderer).
 */
const maxAliasCount = 1000
/** Maps and lists within each other; values and characters of one document with its aliases written out. */
const limits = { depth: 200, values: 3_000_000, characters: 100_000_000 }

interface YamlTag {
  readonly tag?: string
  readonly format?: string
  readonly test?: RegExp
}

/** `y` and `n` stay texts, as they are for kustomize: they are names of keys more often than answers. */
function kubernetesTag(tag: YamlTag): readonly YamlTag[] {
  const name = tag.tag?.split(':').at(-1) ?? ''
  if (tag.format === 'TIME' || foreignTags.has(name)) return []
  const { test } = tag
  // The library takes `e123`, the short id of a commit, for a number without digits: two of them would be the same NaN.
  if (name === 'float' && test !== undefined && !/inf/.test(test.source))
    return [{ ...tag, test: new RegExp(`^(?=[-+]?\\.?[0-9])(?:${test.source})`) }]
  if (name !== 'bool' || test === undefined) return [tag]
  return [{ ...tag, test: new RegExp(test.source.replace(/(?:Y\|y|N\|n)\|/, '')) }]
}

/** How Kubernetes reads YAML, for the library. */
export const parseOptions = {
  version: '1.1',
  intAsBigInt: true,
  customTags: (tags: unknown[]) => tags.flatMap((tag) => kubernetesTag(tag as YamlTag)) as never,
  logLevel: 'silent',
} as const

const toJsOptions: ToJSOptions = { maxAliasCount }

/** Parses every document of a stream, as Kubernetes reads YAML (1.1 words for true and false, dates as strings). */
export function readYamlDocuments(text: string, lineCounter = new LineCounter()): readonly Document.Parsed[] {
  return guarded(() => {
    const documents = parseAllDocuments(text, { ...parseOptions, uniqueKeys: false, lineCounter })
    if (!Array.isArray(documents)) return []
    for (const document of documents) {
      refuseErrors(document)
      refuseDuplicates(document.contents, lineCounter)
    }
    return documents
  })
}

/** The value of a one-document YAML text. Throws YamlProblem. */
export function readYaml(text: string): Json {
  return guarded(() => {
    const lineCounter = new LineCounter()
    const document = parseDocument(text, { ...parseOptions, uniqueKeys: false, lineCounter })
    refuseErrors(document)
    refuseDuplicates(document.contents, lineCounter)
    return documentValue(document)
  })
}

/** A document as plain JSON. Throws YamlProblem where aliases stand for too much. */
export function documentValue(document: Document.Parsed): Json {
  return guarded(() => plainValue(document.toJS(toJsOptions)))
}

/** What the YAML library gives for a node, as plain JSON. Throws YamlProblem. */
export function plainValue(value: unknown): Json {
  return plain(value, { values: 0, characters: 0 }, 0)
}

/** The library throws plain errors for too many aliases, and runs out of stack on deep nesting: both are the text's fault. */
function guarded<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof YamlProblem) throw thrown
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    if (thrown instanceof RangeError) throw new YamlProblem('nested too deeply', 1, 1)
    throw new YamlProblem(/alias/i.test(message) ? bomb : message, 1, 1)
  }
}

const bomb = 'its aliases unfold into too much (an alias bomb); write the values out'

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** A scalar as text; empty for anything else. */
export function scalarText(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}

function refuseErrors(document: Document.Parsed): void {
  const [error] = document.errors
  if (error === undefined) return
  const at = error.linePos?.[0] ?? { line: 1, col: 1 }
  const words = /call stack/i.test(error.message) ? 'nested too deeply' : firstLine(error.message)
  throw new YamlProblem(words, at.line, at.col)
}

/** Keys that are there twice, in linear time: the library compares each with every other one. */
function refuseDuplicates(root: unknown, lines: LineCounter): void {
  const left: unknown[] = [root]
  while (left.length > 0) {
    const node = left.pop()
    if (isSeq(node)) for (const item of node.items) left.push(item)
    if (!isMap(node)) continue
    const seen = new Set<unknown>()
    for (const { key, value } of node.items) {
      left.push(value)
      if (!isScalar(key)) continue
      if (seen.has(key.value)) {
        const { line, col } = lines.linePos(key.range?.[0] ?? 0)
        throw new YamlProblem('Map keys must be unique', line, col)
      }
      seen.add(key.value)
    }
  }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}

interface Spent {
  values: number
  characters: number
}

/** Whole numbers beyond what a double holds stay as their digits, so that no change of one is lost. */
function plain(value: unknown, spent: Spent, depth: number): Json {
  if (depth > limits.depth) throw new YamlProblem('nested too deeply', 1, 1)
  if (++spent.values > limits.values) throw new YamlProblem(bomb, 1, 1)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value === null || value === undefined) return null
  if (typeof value === 'string') {
    spent.characters += value.length
    if (spent.characters > limits.characters) throw new YamlProblem(bomb, 1, 1)
    return value
  }
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((item) => plain(item, spent, depth + 1))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  // Object.fromEntries: `__proto__` as a key must be a key like any other.
  return Object.fromEntries(
    entries.map(([key, item]: [unknown, unknown]) => [String(key), plain(item, spent, depth + 1)]),
  )
}
