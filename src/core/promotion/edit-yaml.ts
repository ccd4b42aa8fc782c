import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'

/** A way into a document: keys of maps and numbers of items. */
export type YamlPath = readonly (string | number)[]

/** What cannot be edited without touching anything else, with the reason. */
export interface EditProblem {
  readonly problem: string
}

/**
 * The text with one scalar replaced; every other character stays: comments, order, quotes of others, indentation. The value keeps the quotes that
 * stood there where it can. A key that is not there is added as the last of its map. What was made is read again, and anything but the
 * wanted difference is a problem.
 */
export function setScalar(text: string, path: YamlPath, value: string): string | EditProblem {
  const document = parseDocument(text, { keepSourceTokens: true })
  if (document.errors.length > 0) return { problem: 'it is no YAML that can be edited' }
  const node = document.getIn([...path], true)
  const edited = isScalar(node) ? replace(text, node, value) : insert(text, document, path, value)
  if (typeof edited !== 'string') return edited
  return verify(text, edited, path, value)
}

/** The text without a key of a block map and its line. A key that is not there is no problem. */
export function removeKey(text: string, path: YamlPath): string | EditProblem {
  const document = parseDocument(text, { keepSourceTokens: true })
  if (document.errors.length > 0) return { problem: 'it is no YAML that can be edited' }
  const key = path.at(-1)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent) || key === undefined || !parent.has(key)) return text
  const pair = parent.items.find((each) => isPair(each) && scalarText(each.key) === String(key))
  const range = pairRange(pair)
  if (pair === undefined || range === undefined || parent.flow === true)
    return { problem: `${writePointer(path)} stands in a map on one line; write the map over several lines` }
  if (!isScalar(pair.value)) return { problem: `${writePointer(path)} is not a single value` }
  const lineStart = text.lastIndexOf('\n', range[0] - 1) + 1
  const before = text.slice(lineStart, range[0])
  // The first key of an item of a list (`- name: x`) shares its line with the dash.
  if (before.trim() !== '')
    return { problem: `${writePointer(path)} stands on the line of its list item; move it down` }
  const lineEnd = text.indexOf('\n', range[1])
  const edited = text.slice(0, lineStart) + (lineEnd < 0 ? '' : text.slice(lineEnd + 1))
  return verify(text, edited, path, undefined)
}

function replace(text: string, node: Node, value: string): string | EditProblem {
  const { range } = node
  if (!range) return { problem: 'the place of the value is not known' }
  const old = text.slice(range[0], range[1])
  if (/^[|>]/.test(old)) return { problem: 'the value is a block of text, which is not replaced' }
  const quote = old.startsWith("'") ? "'" : old.startsWith('"') ? '"' : ''
  return text.slice(0, range[0]) + write(value, quote) + text.slice(range[1])
}

function insert(text: string, document: Document, path: YamlPath, value: string): string | EditProblem {
  const key = path.at(-1)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent) || typeof key !== 'string')
    return { problem: `there is no map for ${writePointer(path)}` }
  const last = parent.items.at(-1)
  const range = pairRange(last)
  if (range === undefined)
    return { problem: `the map of ${writePointer(path)} is empty; write one key by hand` }
  const line = `${write(key, '')}: ${write(value, quoteOf(text, parent))}`
  if (parent.flow === true) return `${text.slice(0, range[1])}, ${line}${text.slice(range[1])}`
  const column = range[0] - (text.lastIndexOf('\n', range[0] - 1) + 1)
  const lineEnd = text.indexOf('\n', range[1])
  const at = lineEnd < 0 ? text.length : lineEnd
  return `${text.slice(0, at)}\n${' '.repeat(column)}${line}${text.slice(at)}`
}

/** Quotes as the other values of the map have them. */
function quoteOf(text: string, parent: YAMLMap): string {
  const first = parent.items.map(({ value }) => value).find((each) => isScalar(each) && each.range)
  if (!isScalar(first) || !first.range) return ''
  const character = text[first.range[0]] ?? ''
  return character === '"' || character === "'" ? character : ''
}

/** A string in the wanted quotes; plain only where YAML reads it back as this very string. */
function write(value: string, quote: string): string {
  if (quote === '"') return JSON.stringify(value)
  if (quote === "'" && !/[\n\r]/.test(value)) return `'${value.replaceAll("'", "''")}'`
  const isPlain = /^[A-Za-z0-9_./-][A-Za-z0-9_.:/@+-]*$/.test(value) && !value.endsWith(':')
  if (isPlain && parseDocument(value).toJS() === value) return value
  return JSON.stringify(value)
}

/** Where the pair begins, and where its value ends without the comment after it. */
function pairRange(pair: Pair | undefined): [number, number] | undefined {
  const start = (pair?.key as Node | null | undefined)?.range?.[0]
  const value = pair?.value as Node | null | undefined
  const end = deepEnd(value) ?? (pair?.key as Node | null | undefined)?.range?.[1]
  return start === undefined || end === undefined ? undefined : [start, end]
}

/** The end of what a value says: for maps and lists that of the last thing in them. */
function deepEnd(node: Node | null | undefined): number | undefined {
  if (node === null || node === undefined) return undefined
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1) as Pair | Node | undefined
    if (last === undefined) return node.range?.[1]
    return isPair(last)
      ? (deepEnd(last.value as Node | null) ?? (last.key as Node).range?.[1])
      : deepEnd(last)
  }
  return node.range?.[1]
}

function scalarText(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** Read again, the text differs from before in the wanted place and nowhere else. */
function verify(
  before: string,
  after: string,
  path: YamlPath,
  value: string | undefined,
): string | EditProblem {
  const now = parseDocument(after)
  if (now.errors.length > 0)
    return { problem: `${writePointer(path)} could not be written without breaking the file` }
  const wanted = withValue(plain(parseDocument(before).toJS()), path, value)
  const same = JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(plain(now.toJS())))
  return same ? after : { problem: `${writePointer(path)} could not be written alone` }
}

/** As data without shared parts: what an alias stands for is a value of its own. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

function withValue(value: unknown, path: YamlPath, wanted: string | undefined): unknown {
  const [key, ...rest] = path
  if (key === undefined || typeof value !== 'object' || value === null) return wanted
  const holder = value as Record<string | number, unknown>
  if (rest.length > 0) holder[key] = withValue(holder[key], rest, wanted)
  else if (wanted === undefined) delete holder[key]
  else holder[key] = wanted
  return value
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

/** `/image/tag`. */
export function writePointer(path: YamlPath): string {
  return path.map((each) => `/${String(each).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The keys in a JSON pointer. */
export function readPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))
}
