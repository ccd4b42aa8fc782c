import type { FieldChange, ResourceChange } from '../change/change.ts'
import type { Json } from '../change/resource.ts'

/**
 * The field changes of one resource as lines of a diff in YAML's shape: unchanged keys lead the way, `-` and `+` mark what differs.
 * Lines start with `- `, `+ ` or two spaces.
 */
export function resourceDiff(resource: ResourceChange): readonly string[] {
  const lines: string[] = []
  let shown: readonly string[] = []
  for (const change of resource.changes) {
    const segments = parsePath(change.path)
    const parents = segments.slice(0, -1)
    const common = commonLength(shown, parents)
    for (let depth = common; depth < parents.length; depth++) {
      lines.push(`  ${'  '.repeat(depth)}${keyLine(parents[depth] ?? '')}`)
    }
    shown = parents
    lines.push(...changeLines(change, segments.at(-1) ?? '', parents.length))
  }
  return lines
}

/** `/a/b~1c/[name=x/y]/image` in its segments; a slash inside brackets belongs to the key. */
export function parsePath(path: string): readonly string[] {
  const segments: string[] = []
  let current = ''
  let depth = 0
  for (const character of path.slice(1)) {
    if (character === '[') depth++
    if (character === ']') depth = Math.max(0, depth - 1)
    if (character === '/' && depth === 0) {
      segments.push(current)
      current = ''
    } else current += character
  }
  if (path !== '') segments.push(current)
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

/** A list item is named by its merge key: `[name=app]` reads `- name: app`. */
function keyLine(segment: string): string {
  const item = /^\[([^=\]]+)=(.*)\]$/s.exec(segment)
  if (item) return `- ${item[1]}: ${item[2]}`
  return /^\[?\d+\]?$/.test(segment) ? `- # ${segment.replaceAll(/[[\]]/g, '')}` : `${segment}:`
}

function changeLines(change: FieldChange, key: string, depth: number): readonly string[] {
  const { before, after } = change
  if (
    typeof before === 'string' &&
    typeof after === 'string' &&
    (before.includes('\n') || after.includes('\n'))
  ) {
    return [
      `  ${'  '.repeat(depth)}${keyLine(key)} |`,
      ...lineDiff(before, after).map(
        (line) => `${line.slice(0, 2)}${'  '.repeat(depth + 1)}${line.slice(2)}`,
      ),
    ]
  }
  return [
    ...(before === undefined ? [] : valueLines('- ', key, before, depth)),
    ...(after === undefined ? [] : valueLines('+ ', key, after, depth)),
  ]
}

function valueLines(sign: '- ' | '+ ', key: string, value: Json, depth: number): readonly string[] {
  const indent = '  '.repeat(depth)
  const item = /^\[([^=\]]+)=(.*)\]$/s.test(key) || /^\[?\d+\]?$/.test(key)
  if (item) {
    const [first = '', ...rest] = yamlLines(value, 0)
    return [`${sign}${indent}- ${first}`, ...rest.map((line) => `${sign}${indent}  ${line}`)]
  }
  if (isScalar(value) && !String(value).includes('\n')) return [`${sign}${indent}${key}: ${scalar(value)}`]
  const block = typeof value === 'string' ? ' |' : ''
  return [`${sign}${indent}${key}:${block}`, ...yamlLines(value, 1).map((line) => `${sign}${indent}${line}`)]
}

function isScalar(value: Json): value is null | boolean | number | string {
  return value === null || typeof value !== 'object' || Object.keys(value).length === 0
}

function scalar(value: Json): string {
  if (value === null) return 'null'
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}'
  if (typeof value !== 'string') return String(value)
  const plain =
    /^[A-Za-z/.•][\w/.:@•#+ -]*$/.test(value) &&
    !/: |:$| #(?!\w{6}$)|^(true|false|null|yes|no|on|off)$/i.test(value)
  return plain ? value : JSON.stringify(value)
}

function yamlLines(value: Json, depth: number): readonly string[] {
  const indent = '  '.repeat(depth)
  if (typeof value === 'string' && value.includes('\n'))
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `${indent}${line}`)
  if (isScalar(value)) return [`${indent}${scalar(value)}`]
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((each) => {
      const [first = '', ...rest] = yamlLines(each, 0)
      return [`${indent}- ${first}`, ...rest.map((line) => `${indent}  ${line}`)]
    })
  }
  return Object.entries(value as Readonly<Record<string, Json>>).flatMap(([key, each]) => {
    if (isScalar(each) && !String(each).includes('\n')) return [`${indent}${key}: ${scalar(each)}`]
    return [`${indent}${key}:${typeof each === 'string' ? ' |' : ''}`, ...yamlLines(each, depth + 1)]
  })
}

const context = 2

/** Two texts as a line diff with a little context; the longest common subsequence by Myers' greedy search, bounded. */
export function lineDiff(before: string, after: string): readonly string[] {
  const a = before.replace(/\n$/, '').split('\n')
  const b = after.replace(/\n$/, '').split('\n')
  const all = editScript(a, b)
  const keep = new Set<number>()
  all.forEach((line, index) => {
    if (line.startsWith('  ')) return
    for (let near = index - context; near <= index + context; near++) keep.add(near)
  })
  const lines: string[] = []
  all.forEach((line, index) => {
    if (keep.has(index)) lines.push(line)
    else if (lines.at(-1) !== '  …') lines.push('  …')
  })
  return lines
}

function editScript(a: readonly string[], b: readonly string[]): readonly string[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++
  const head = a.slice(0, start).map((line) => `  ${line}`)
  const tail = end === 0 ? [] : a.slice(-end).map((line) => `  ${line}`)
  return [...head, ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)), ...tail]
}

/** Beyond this many cells the table would cost more than the reader gains: the two sides are shown whole. */
const cellLimit = 1_000_000

function middle(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length * b.length > cellLimit)
    return [...a.map((line) => `- ${line}`), ...b.map((line) => `+ ${line}`)]
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i]}`)
      i++
      j++
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`)
    else lines.push(`+ ${b[j++]}`)
  }
  return lines
}
