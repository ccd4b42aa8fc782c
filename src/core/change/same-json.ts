import type { Json, JsonObject } from './resource.ts'

/** True when two values are written the same, key order aside: the quick answer for the many resources that did not change. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [a as readonly Json[], b as readonly Json[]]
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      left.length === right.length &&
      left.every((item, index) => sameJson(item, right[index]))
    )
  }
  const [left, right] = [a as JsonObject, b as JsonObject]
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  )
}
