import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml'
import type { Parsed, Problem } from '../problem.ts'

export type PathSegment = string | number

/** A file that a person wrote, read as YAML 1.2, which still knows where everything stands. */
export interface YamlSource {
  readonly file: string
  /** The document as plain data. */
  readonly value: unknown
  /** Where a value starts; of what is not there, its closest parent. 1-based. */
  readonly locate: (path: readonly PathSegment[]) => { readonly line: number; readonly column: number }
  /** Where the key of a value starts: the place of a key that should not be there. */
  readonly locateKey: (path: readonly PathSegment[]) => { readonly line: number; readonly column: number }
}

/** Larger files are not written by people. */
const longestText = 512 * 1024
const tooDeep = 'the file is nested too deeply to read; write it flatter'
/** Anchors are allowed; expanding them may not multiply the work (the parser counts what aliases resolve to). */
const maxAliasCount = 100

/**
 * Reads one YAML document: every syntax error at once, duplicate keys and further documents included. Never throws.
 */
export function readYaml(file: string, text: string): Parsed<YamlSource> {
  const refuse = (message: string): Parsed<YamlSource> => ({
    ok: false,
    problems: [{ file, line: 1, column: 1, path: '', message }],
  })
  if (text.length > longestText)
    return refuse(`the file is longer than ${longestText / 1024} KiB; write less`)
  if (text.includes('\0') || text.includes('\uFFFD'))
    return refuse('the file is not text in UTF-8; save it as UTF-8')
  const lines = new LineCounter()
  let document: Document
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: true,
      strict: true,
      logLevel: 'error',
    })
  } catch {
    return refuse(tooDeep)
  }
  if (document.errors.length > 0)
    return { ok: false, problems: document.errors.map((error) => syntaxProblem(file, error)) }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount })
  } catch (thrown) {
    return refuse(
      thrown instanceof ReferenceError
        ? `the file uses more aliases than can be read (at most ${maxAliasCount}); write the values out`
        : tooDeep,
    )
  }
  return { ok: true, value: { file, value, ...locators(document, lines) } }
}

function syntaxProblem(file: string, error: YAMLError): Problem {
  const start = error.linePos?.[0]
  const known = wordsFor[error.code]
  // The parser's message repeats the place and quotes the line; the place is already in front of it.
  const message =
    known ??
    `not valid YAML: ${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`
  return { file, line: start?.line ?? 1, column: start?.col ?? 1, path: '', message }
}

const wordsFor: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'this key is there twice; keep one of them',
  MULTIPLE_DOCS: 'a second document starts here; write one document to a file',
}

function locators(document: Document, lines: LineCounter): Pick<YamlSource, 'locate' | 'locateKey'> {
  const place = (offset: number | undefined): { line: number; column: number } => {
    if (offset === undefined) return { line: 1, column: 1 }
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const offsetOf = (path: readonly PathSegment[]): number | undefined => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
    if (isNode(node) && node.range) return node.range[0]
    return path.length === 0 ? undefined : offsetOf(path.slice(0, -1))
  }
  const keyOffsetOf = (path: readonly PathSegment[]): number | undefined => {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
    const last = path.at(-1)
    if (!isMap(parent)) return offsetOf(path)
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(last))
    return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : offsetOf(path)
  }
  return {
    locate: (path) => place(offsetOf(path)),
    locateKey: (path) => place(path.length === 0 ? undefined : keyOffsetOf(path)),
  }
}

/** A path as a person would write it: `environments.production.approvals[0].count`. */
export function writePath(path: readonly PathSegment[]): string {
  return path.reduce<string>((written, segment) => {
    if (typeof segment === 'number') return `${written}[${segment}]`
    return written === '' ? segment : `${written}.${segment}`
  }, '')
}
