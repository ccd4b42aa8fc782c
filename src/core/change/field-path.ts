import type { MergeKey } from './merge-keys.ts'
import type { Json, JsonObject } from './resource.ts'

/** Escapes one segment as JSON Pointer does: https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function escapeSegment(segment: string): string {
  return /[~/]/.test(segment) ? segment.replaceAll('~', '~0').replaceAll('/', '~1') : segment
}

/** Path of a field below another: `/spec` and `replicas` give `/spec/replicas`. */
export function fieldPath(parent: string, segment: string): string {
  return `${parent}/${escapeSegment(segment)}`
}

/** Path of a list item by its merge key: `/spec/ports/[port=53,protocol=UDP]`. */
export function keyedItem(parent: string, key: MergeKey, item: JsonObject): string {
  const parts = key.fields.map((field) => `${field.split('.').at(-1)}=${scalarText(valueAt(item, field))}`)
  return `${parent}/[${escapeSegment(parts.join(','))}]`
}

/** A value below an object by dotted names: `metadata.name`. */
export function valueAt(object: JsonObject, dotted: string): Json | undefined {
  if (!dotted.includes('.')) return object[dotted]
  let value: Json | undefined = object
  for (const name of dotted.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

/** Segments of a path, unescaped; merge keys stay in brackets. */
export function pathSegments(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function scalarText(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}
