import { readPlainYaml } from '../change/read-plain-yaml.ts'
import { isJsonObject } from '../change/read-yaml.ts'
import type { Json } from '../change/resource.ts'
import { sameJson } from '../change/same-json.ts'

/** One line of a template that is not only directives; `at` counts from 1. */
interface Line {
  readonly at: number
  readonly indent: number
  /** Without its indentation; directives on one line stay. */
  readonly text: string
}

/** A document of a template, as far as its text says what it makes. */
export interface TemplateDocument {
  /** Where it starts. */
  readonly line: number
  readonly lines: readonly Line[]
}

/** The documents of a Helm template. What stands in directives over several lines, comments too, is blanked out. */
export function templateDocuments(text: string): readonly TemplateDocument[] {
  const blanked = text.replaceAll(/\{\{[\s\S]*?\}\}/g, (span) =>
    span.includes('\n') ? span.replaceAll(/[^\n]/g, '') : span,
  )
  const documents: Line[][] = [[]]
  for (const [index, line] of blanked.split('\n').entries()) {
    if (/^---(?:\s|$)/.test(line)) documents.push([])
    const trimmed = line.trim()
    const isDirective = trimmed.replaceAll(/\{\{.*?\}\}/g, '').trim() === ''
    if (isDirective || trimmed.startsWith('#') || /^---(?:\s|$)/.test(line)) continue
    documents.at(-1)?.push({ at: index + 1, indent: line.length - line.trimStart().length, text: trimmed })
  }
  return documents.flatMap((lines) => (lines[0] === undefined ? [] : [{ line: lines[0].at, lines }]))
}

/** Whether a text at the top of a document could have made this kind or name: the same, or written by a directive. */
export function mayBe({ lines }: TemplateDocument, kind: string, name: string): boolean {
  const top = lines.filter(({ indent }) => indent === 0)
  const written = valueOf(top.find(({ text }) => keyOf(text) === 'kind')?.text)
  if (!mayGive(written, kind)) return false
  const metadata = below(lines, 'metadata')
  return mayGive(valueOf(metadata?.find(({ text }) => keyOf(text) === 'name')?.text), name)
}

/** The way to a field as far as the template writes it itself, each step just once. */
export interface LiteralWay {
  /** Line of the last step; undefined: none is written. */
  readonly line: number | undefined
  /** Whether that is the field's own line, or one that holds all of what is around it. */
  readonly isWhole: boolean
}

/** Follows a field's segments; `values`: what is rendered at each of them, undefined where nothing is. */
export function literalWay(
  { lines }: TemplateDocument,
  segments: readonly string[],
  values: readonly (Json | undefined)[],
): LiteralWay {
  let line: number | undefined
  let range = lines
  for (const [index, segment] of segments.entries()) {
    const isItem = segment.startsWith('[')
    const entry = isItem ? itemOf(range, segment) : fieldOf(range, segment)
    if (entry === undefined) return { line, isWhole: false }
    const value = values[index]
    const written = valueOf(entry.line.text)
    const isLast = index === segments.length - 1
    if (!isItem && value !== undefined && (isLast || written !== '')) {
      if (!agrees(written, value)) return { line, isWhole: false }
      // In brackets on this very line.
      if (!isLast && !written?.includes('{{')) return { line: entry.line.at, isWhole: true }
    }
    line = entry.line.at
    range = entry.inner
  }
  return { line, isWhole: true }
}

interface Entry {
  readonly line: Line
  readonly inner: readonly Line[]
}

/** The one field of this name among the lines of a map. */
function fieldOf(range: readonly Line[], name: string): Entry | undefined {
  const indent = range[0]?.indent
  const found = range.filter((line) => line.indent === indent && keyOf(line.text) === name)
  const [line] = found
  return line === undefined || found.length > 1 ? undefined : { line, inner: innerOf(range, line) }
}

/** The item that writes its merge key itself; a lone item when its key is made by a directive. */
function itemOf(range: readonly Line[], segment: string): Entry | undefined {
  const indent = range[0]?.indent
  const starts = range.filter((line) => line.indent === indent && /^-\s/.test(line.text))
  const [, key = '', wanted = ''] = /^\[([^=,]+)=([^,]*)\]$/.exec(segment) ?? []
  const items = starts.map((line) => ({ line, inner: itemLines(range, line) }))
  const written = items.filter(({ inner }) => valueOf(fieldOf(inner, key)?.line.text) === wanted)
  if (written.length === 1) return written[0]
  const [lone] = items
  const isMade = lone !== undefined && (valueOf(fieldOf(lone.inner, key)?.line.text) ?? '').includes('{{')
  return items.length === 1 && isMade ? lone : undefined
}

/** Lines of one item, its first field moved to where the others stand. */
function itemLines(range: readonly Line[], start: Line): readonly Line[] {
  const dash = /^-\s+/.exec(start.text)?.[0].length ?? 2
  const first = { at: start.at, indent: start.indent + dash, text: start.text.slice(dash) }
  return [first, ...innerOf(range, start)]
}

/** What is written further in than a line, up to the next that is not. A list may stand at the indentation of its field. */
function innerOf(range: readonly Line[], line: Line): readonly Line[] {
  const rest = range.slice(range.indexOf(line) + 1)
  const isItem = /^-\s/.test(line.text)
  const end = rest.findIndex(
    (each) =>
      each.indent < line.indent || (each.indent === line.indent && (isItem || !/^-\s/.test(each.text))),
  )
  return end < 0 ? rest : rest.slice(0, end)
}

function below(lines: readonly Line[], name: string): readonly Line[] | undefined {
  return fieldOf(lines, name)?.inner
}

function keyOf(text: string): string | undefined {
  return /^(?:"([^"]+)"|'([^']+)'|([^\s"'{#-][^:{]*)):(?:\s|$)/
    .exec(text)
    ?.slice(1)
    .find((each) => each !== undefined)
}

/** What stands behind the colon; undefined: there is no such line. */
function valueOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/:(?:\s+(.*))?$/.exec(text)?.[1] ?? '')
}

function mayGive(written: string | undefined, wanted: string): boolean {
  if (written === undefined || written.includes('{{')) return true
  const read = plain(written)
  return (typeof read === 'object' ? '' : `${read}`) === wanted
}

/** Whether a text gives a value: by a directive, by what is below it, or as it stands. */
function agrees(written: string | undefined, value: Json): boolean {
  if (written === undefined) return false
  if (written.includes('{{')) return true
  // A text in lines of its own.
  if (/^[|>][-+0-9]*$/.test(written)) return typeof value === 'string'
  if (written === '') return typeof value === 'object'
  const read = plain(written)
  return read !== undefined && sameJson(read, value)
}

function plain(written: string): Json | undefined {
  const read = readPlainYaml(`v: ${written}\n`)
  return isJsonObject(read) ? read.v : undefined
}
