import type { FieldChange } from './change.ts'
import { alignLists } from './align-lists.ts'
import { pathSegments } from './field-path.ts'
import { isJsonList, isJsonObject } from './read-yaml.ts'
import type { Json } from './resource.ts'

/** A line of a resource's difference, as YAML would show it: sign, then text with its indentation. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/** Unchanged lines kept around a change within a multi-line text. */
const contextLines = 2

/**
 * Field changes as a YAML-like difference: the way to each field as context, the field removed and added. Multi-line texts are compared
 * line by line. Texts are as they are: escape them for where they are shown.
 */
export function diffLines(changes: readonly FieldChange[]): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let shown: readonly string[] = []
  for (const change of changes) {
    const segments = pathSegments(change.path)
    const parents = segments.slice(0, -1)
    const shared = parents.findIndex((segment, depth) => segment !== shown[depth])
    const start = shared < 0 ? parents.length : shared
    for (let depth = start; depth < parents.length; depth++)
      lines.push({ sign: ' ', text: parentLine(parents, depth) })
    shown = parents
    lines.push(...fieldLines(change, segments.at(-1), indentOf(parents)))
  }
  return lines
}

function fieldLines(change: FieldChange, name: string | undefined, indent: number): readonly DiffLine[] {
  const { before, after } = change
  if (typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after))
    return [{ sign: ' ', text: `${spaces(indent)}${label(name)}|` }, ...textLines(before, after, indent + 2)]
  return [
    ...(before === undefined ? [] : written('-', name, before, indent)),
    ...(after === undefined ? [] : written('+', name, after, indent)),
  ]
}

function written(
  sign: '-' | '+',
  name: string | undefined,
  value: Json,
  indent: number,
): readonly DiffLine[] {
  const isItem = name === undefined ? false : isListItem(name)
  const text = name === undefined || isItem ? yamlLines(value) : yamlField(name, value)
  return text.map((line, index) => ({
    sign,
    text: `${spaces(indent)}${isItem ? (index === 0 ? '- ' : '  ') : ''}${line}`,
  }))
}

/** Only the lines that differ, with a little of what stands around them. */
function textLines(before: string, after: string, indent: number): readonly DiffLine[] {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const all = alignLists(left, right).flatMap(([from, to]): DiffLine[] => {
    const [old, now] = [from === undefined ? undefined : left[from], to === undefined ? undefined : right[to]]
    if (old === now) return [{ sign: ' ', text: spaces(indent) + (old ?? '') }]
    return [
      ...(old === undefined ? [] : [{ sign: '-' as const, text: spaces(indent) + old }]),
      ...(now === undefined ? [] : [{ sign: '+' as const, text: spaces(indent) + now }]),
    ]
  })
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ sign }) => sign !== ' '),
  )
  return all.filter((_, index) => near[index])
}

function parentLine(parents: readonly string[], depth: number): string {
  const segment = parents[depth] ?? ''
  const indent = spaces(indentOf(parents.slice(0, depth)))
  const key = /^\[([^=\]]+)=([\s\S]*)\]$/.exec(segment)
  if (key !== null) return `${indent}- ${key[1]}: ${key[2]}`
  return isListItem(segment) ? `${indent}- # ${segment}` : `${indent}${segment}:`
}

/** Every step is two columns; a list item's fields stand two to the right of its dash. */
function indentOf(parents: readonly string[]): number {
  return parents.length * 2
}

function isListItem(segment: string): boolean {
  return /^(?:\d+|\[.*\])$/s.test(segment)
}

function label(name: string | undefined): string {
  return name === undefined ? '' : isListItem(name) ? '- ' : `${name}: `
}

function yamlField(name: string, value: Json): readonly string[] {
  if (isScalarLine(value)) return [`${name}: ${scalar(value)}`]
  if (typeof value === 'string') return [`${name}: |`, ...value.split('\n').map((line) => `  ${line}`)]
  return [`${name}:`, ...yamlLines(value).map((line) => (isJsonList(value) ? line : `  ${line}`))]
}

function yamlLines(value: Json): readonly string[] {
  if (isScalarLine(value)) return [scalar(value)]
  if (typeof value === 'string') return ['|', ...value.split('\n').map((line) => `  ${line}`)]
  if (isJsonList(value))
    return value.flatMap((item) =>
      yamlLines(item).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`),
    )
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : yamlField(name, item)))
}

function isScalarLine(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('\n')
  if (isJsonList(value)) return value.length === 0
  return !isJsonObject(value) || Object.keys(value).length === 0
}

/** Texts that YAML would read as something else are quoted; others stand as they are. */
function scalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const isPlain =
    /^[^\s!&*#?|>@`"'%{}[\],:-][^#]*$/.test(value) &&
    !/: |:$|^(?:true|false|null|yes|no|on|off|~|[\d.+-].*)$/i.test(value)
  return isPlain || value.startsWith('••••') ? value : JSON.stringify(value)
}

function spaces(count: number): string {
  return ' '.repeat(count)
}
