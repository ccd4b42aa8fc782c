import { parse } from 'yaml'
import { readPointer, setScalar, type EditProblem } from './edit-yaml.ts'
import type { Moved } from './plan-promotion.ts'

/** A file of values with the named values of another one. */
export function moveValues(
  source: string,
  target: string,
  pointers: readonly string[],
): { readonly text: string; readonly moved: readonly Omit<Moved, 'file'>[] } | EditProblem {
  const [from, to] = [read(source), read(target)]
  if ('problem' in from) return from
  if ('problem' in to) return to
  let text = target
  const moved: Omit<Moved, 'file'>[] = []
  for (const pointer of pointers) {
    const path = readPointer(pointer)
    const [after, before] = [valueAt(from.value, path), valueAt(to.value, path)]
    if (after === undefined) return { problem: `${pointer} is not in the file it is promoted from` }
    if (typeof after === 'object') return { problem: `${pointer} is not a single value` }
    if (after === before) continue
    // A number or a boolean is written as it is read: `3`, `true`.
    const edited = typeof after === 'string' ? setScalar(text, path, after) : setPlain(text, path, after)
    if (typeof edited !== 'string') return edited
    text = edited
    moved.push({
      what: pointer,
      before: describe(before),
      after: String(after),
    })
  }
  return { text, moved }
}

type Scalar = string | number | boolean | null

/** Numbers and booleans carry no quotes: they are set as text and unquoted. */
function setPlain(
  text: string,
  path: readonly string[],
  value: Exclude<Scalar, string>,
): string | EditProblem {
  const marker = 'countersign-plain-value'
  const marked = setScalar(text, path, marker)
  if (typeof marked !== 'string') return marked
  const plain = marked.replace(new RegExp(`(["']?)${marker}\\1`), () => String(value))
  const read = valueAt(parse(plain) as unknown, path)
  return read === value ? plain : { problem: `/${path.join('/')} could not be written as ${String(value)}` }
}

function read(text: string): { readonly value: unknown } | EditProblem {
  try {
    return { value: parse(text, { maxAliasCount: 100 }) as unknown }
  } catch {
    return { problem: 'it is no YAML that can be read' }
  }
}

function valueAt(value: unknown, path: readonly string[]): Scalar | object | undefined {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Readonly<Record<string, unknown>>)[key]
  }
  return current as Scalar | object | undefined
}

function describe(value: Scalar | object | undefined): string {
  if (value === undefined) return 'absent'
  return typeof value === 'object' && value !== null ? 'a map or list' : String(value)
}
