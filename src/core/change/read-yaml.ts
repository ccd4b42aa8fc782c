import { LineCounter, parseAllDocuments, parseDocument, type Document, type ToJSOptions } from 'yaml'
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
 * Aliases may stand for at most this many nodes: enough for anchors that people write, far too few for a bomb
 * (a 600-byte file that unfolds into gigabytes in a renderer).
 */
const maxAliasCount = 100

const parseOptions = {
  version: '1.1',
  intAsBigInt: true,
  customTags: (tags: unknown[]) =>
    tags.filter((tag) => {
      const { tag: name, format } = tag as { tag?: string; format?: string }
      return format !== 'TIME' && !foreignTags.has((name ?? '').split(':').at(-1) ?? '')
    }) as never,
  logLevel: 'silent',
} as const

const toJsOptions: ToJSOptions = { maxAliasCount }

/** Parses every document of a stream, as Kubernetes reads YAML (1.1 words for true and false, dates as strings). */
export function readYamlDocuments(text: string, lineCounter = new LineCounter()): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, { ...parseOptions, lineCounter })
  if (!Array.isArray(documents)) return []
  for (const document of documents) refuseErrors(document)
  return documents
}

/** The value of a one-document YAML text. Throws YamlProblem. */
export function readYaml(text: string): Json {
  const document = parseDocument(text, { ...parseOptions, lineCounter: new LineCounter() })
  refuseErrors(document)
  return documentValue(document)
}

/** A document as plain JSON. Throws YamlProblem where aliases stand for too much. */
export function documentValue(document: Document.Parsed): Json {
  try {
    return plain(document.toJS(toJsOptions))
  } catch (thrown) {
    if (thrown instanceof YamlProblem) throw thrown
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    throw new YamlProblem(
      /alias/i.test(message) ? 'aliases unfold into too much (an alias bomb); write the values out' : message,
      1,
      1,
    )
  }
}

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
  throw new YamlProblem(firstLine(error.message), at.line, at.col)
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')
}

/** Whole numbers beyond what a double holds stay as their digits, so that no change of one is lost. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return plainEntries([...value] as [unknown, unknown][])
  if (typeof value === 'object') return plainEntries(Object.entries(value))
  throw new YamlProblem(`a value of type ${typeof value} has no place in a manifest`, 1, 1)
}

/** `__proto__` as a key must be a key like any other. */
function plainEntries(entries: readonly (readonly [unknown, unknown])[]): JsonObject {
  return Object.fromEntries(entries.map(([key, value]) => [String(key), plain(value)]))
}
