/**
 * Reading objects of a cluster, whose shape nobody guarantees: a path that is not there, or is something else, gives undefined.
 */
export function jsonAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Readonly<Record<string, unknown>>)[key]
  }
  return current
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = jsonAt(value, ...path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = jsonAt(value, ...path)
  return typeof found === 'number' ? found : undefined
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = jsonAt(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The first line of a message of another program, bounded: it goes into a sentence. */
export function briefly(message: string | undefined, limit = 200): string {
  const line = (message ?? '').split('\n', 1)[0]?.trim() ?? ''
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}
