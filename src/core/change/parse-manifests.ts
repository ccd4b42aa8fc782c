import { LineCounter } from 'yaml'
import type { Parsed, Problem } from '../problem.ts'
import { closestLine } from './closest-line.ts'
import { fieldLines } from './field-lines.ts'
import { findCrowd, mostEntries } from './find-crowd.ts'
import { plainFieldLines } from './plain-field-lines.ts'
import { readPlainYaml } from './read-plain-yaml.ts'
import {
  documentValue,
  isJsonList,
  isJsonObject,
  readYamlDocuments,
  scalarText,
  YamlProblem,
} from './read-yaml.ts'
import type { Json, JsonObject, Resource } from './resource.ts'

export interface ParseOptions {
  /** Name of the text for problems and sources: a path as the reader knows it. */
  readonly file: string
  /**
   * Keep the line of each resource and field, for files that people wrote; `start`: of each resource only; `ask`: of each resource, and of
   * its fields when somebody asks (`source.locate`). Both are much faster.
   */
  readonly positions?: boolean | 'start' | 'ask'
  /** What to do with a document that is no Kubernetes object: values files lie next to manifests. Default `refuse`. */
  readonly foreign?: 'refuse' | 'skip'
  /** Documents parsed before, by text: base and head share most of theirs. Only without positions. */
  readonly memo?: DocumentMemo | undefined
  /** Told the text of each document with what it holds, comments included. Only without positions. */
  readonly onDocument?: ((text: string, resources: readonly Resource[]) => void) | undefined
}

/** Parsed documents by their text; `weight` in characters, for memories that are bounded. */
export interface DocumentMemo {
  get(text: string): readonly Resource[] | undefined
  set(text: string, resources: readonly Resource[], weight: number): unknown
}

/**
 * Resources of a YAML or JSON stream; `List` kinds are expanded, empty documents skipped.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields
 */
export function parseManifests(text: string, options: ParseOptions): Parsed<readonly Resource[]> {
  try {
    refuseHuge(text)
    if (options.positions === true || options.positions === 'ask')
      return { ok: true, value: splitDocuments(text).flatMap((part) => parseWithLines(part, options)) }
    if (options.positions === 'start')
      return { ok: true, value: splitDocuments(text).flatMap((part) => parseWithStart(part, options)) }
    const memo = options.memo ?? new Map<string, readonly Resource[]>()
    const resources = splitDocuments(text).flatMap((part) => {
      const known = memo.get(part.text)
      const parsed = known ?? parsePart(part, options)
      if (known === undefined) memo.set(part.text, parsed, part.text.length)
      options.onDocument?.(part.text, parsed)
      return parsed
    })
    return { ok: true, value: resources }
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    const problem: Problem = {
      file: options.file,
      line: thrown.line,
      column: thrown.column,
      path: '',
      message: thrown.message,
    }
    return { ok: false, problems: [problem] }
  }
}

/** The API server takes requests of at most 3 MB: `MaxRequestBodyBytes` in k8s.io/apiserver. A list is sent item by item. */
const longest = { object: 3 * 1024 * 1024, list: 30 * 1024 * 1024 }
const listKind = /(?:^|[{,\n])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?[A-Za-z]*List\b/

/** Hostile or by mistake: what no API server takes is not read at all. */
function refuseHuge(text: string): void {
  for (const { text: part, offset } of splitDocuments(text)) {
    const isLong = part.length > longest.object
    const isList = listKind.test(part)
    if (isLong && !(isList && part.length <= longest.list)) {
      const size = Math.ceil(part.length / 1024 / 1024)
      const limit = isList
        ? 'lists of more than 30 MB are not read'
        : 'no API server takes an object of more than 3 MB'
      throw new YamlProblem(`a document of ${size} MB: ${limit}`, offset + 1, 1)
    }
    const crowd = isList ? undefined : findCrowd(part)
    if (crowd !== undefined)
      throw new YamlProblem(
        `a map or list of more than ${mostEntries} entries: too large to be read; split the object`,
        offset + crowd + 1,
        1,
      )
  }
}

interface Part {
  readonly text: string
  /** Lines before it. */
  readonly offset: number
}

/** Cuts a stream at its `---` lines: a line inside a block scalar is indented, so it never looks like one. */
function splitDocuments(text: string): readonly Part[] {
  const parts: Part[] = []
  let start = 0
  let offset = 0
  for (const match of text.matchAll(/^---(?:[ \t]*(?:#.*)?)\r?\n/gm)) {
    const part = text.slice(start, match.index)
    parts.push({ text: part, offset })
    offset += countLines(part) + 1
    start = match.index + match[0].length
  }
  parts.push({ text: text.slice(start), offset })
  return parts
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}

function parsePart(part: Part, options: ParseOptions): readonly Resource[] {
  if (part.text.trim() === '') return []
  return placed(part, () => {
    const plain = readPlainYaml(part.text)
    const values =
      plain === undefined ? readYamlDocuments(part.text).map((document) => documentValue(document)) : [plain]
    return values.flatMap((value) => expand(value, options, 1).map((object) => toResource(object)))
  })
}

/** Each resource with the line where its document starts. */
function parseWithStart(part: Part, options: ParseOptions): readonly Resource[] {
  const source = { file: options.file, line: startOf(part) }
  return parsePart(part, options).map((resource) => ({ ...resource, source }))
}

function startOf({ text, offset }: Part): number {
  const before = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text)?.[0] ?? ''
  return offset + countLines(before) + 1
}

/** With the line of every field, by the fast reader where both agree. */
function parseWithLines(part: Part, options: ParseOptions): readonly Resource[] {
  if (part.text.trim() === '') return []
  const value = readPlainYaml(part.text)
  if (value === undefined) return parseWithPositions(part, options)
  const line = startOf(part)
  const objects = expand(value, options, line)
  const { file } = options
  if (objects.length !== 1 || objects[0] !== value)
    return objects.map((object) => ({ ...toResource(object), source: { file, line } }))
  if (options.positions !== 'ask')
    return [{ ...toResource(value), source: { file, line, lines: linesOf(part, value) } }]
  let lines: Readonly<Record<string, number>> | undefined
  const locate = (path: string): { readonly file: string; readonly line: number } => ({
    file,
    line: closestLine((lines ??= linesOf(part, value)), path) ?? line,
  })
  return [{ ...toResource(value), source: { file, line, locate } }]
}

/** Lines of the fields of a document that the fast reader has read. */
function linesOf(part: Part, value: Json): Readonly<Record<string, number>> {
  const plain = plainFieldLines(part.text, value, part.offset)
  if (plain !== undefined) return plain
  const lineCounter = new LineCounter()
  const [document] = readYamlDocuments(part.text, lineCounter)
  return document === undefined ? {} : fieldLines(document, lineCounter, part.offset)
}

function parseWithPositions(part: Part, options: ParseOptions): readonly Resource[] {
  const lineCounter = new LineCounter()
  const { text, offset } = part
  const documents = placed(part, () =>
    readYamlDocuments(text, lineCounter).map((document) => ({ document, value: documentValue(document) })),
  )
  return documents.flatMap(({ document, value }) => {
    const at = document.contents?.range[0]
    const line = offset + (at === undefined ? 1 : lineCounter.linePos(at).line)
    const objects = expand(value, options, line)
    const isOne = objects.length === 1 && objects[0] === value
    const lines = isOne ? fieldLines(document, lineCounter, offset) : undefined
    return objects.map((object) => ({
      ...toResource(object),
      source: { file: options.file, line, ...(lines === undefined ? {} : { lines }) },
    }))
  })
}

/** Reads a part; a problem in it is on the line of the whole text. */
function placed<Value>({ offset }: Part, read: () => Value): Value {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    throw new YamlProblem(thrown.message, thrown.line + offset, thrown.column)
  }
}

function expand(value: Json, options: ParseOptions, line: number): readonly JsonObject[] {
  if (value === null) return []
  if (!isJsonObject(value)) {
    if (options.foreign === 'skip') return []
    throw new YamlProblem('a Kubernetes object was expected: a map with apiVersion and kind', line, 1)
  }
  const { apiVersion, kind, items } = value
  if (apiVersion === undefined && kind === undefined && options.foreign === 'skip') return []
  if (typeof apiVersion !== 'string' || apiVersion === '')
    throw new YamlProblem('apiVersion is missing: every Kubernetes object names one', line, 1)
  if (typeof kind !== 'string' || kind === '')
    throw new YamlProblem('kind is missing: every Kubernetes object names one', line, 1)
  if (kind.endsWith('List') && isJsonList(items))
    return items.flatMap((item) => expand(item, { ...options, foreign: 'refuse' }, line))
  const metadata = isJsonObject(value.metadata) ? value.metadata : {}
  if (nameOf(metadata) === undefined)
    throw new YamlProblem(`metadata.name is missing: this ${kind} cannot be told from others`, line, 1)
  return [value]
}

/** `generateName` has no name until it is applied: shown with a star, as one resource each time. */
function nameOf(metadata: JsonObject): string | undefined {
  if (typeof metadata.name === 'string' && metadata.name !== '') return metadata.name
  if (typeof metadata.name === 'number') return String(metadata.name)
  return typeof metadata.generateName === 'string' && metadata.generateName !== ''
    ? `${metadata.generateName}*`
    : undefined
}

function toResource(object: JsonObject): Resource {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const { namespace } = metadata
  return {
    apiVersion: scalarText(object.apiVersion),
    kind: scalarText(object.kind),
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    name: nameOf(metadata) ?? '',
    object,
  }
}
