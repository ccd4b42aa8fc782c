import type { FieldChange } from './change.ts'
import { alignLists } from './align-lists.ts'
import { meansTheSame } from './equal-meaning.ts'
import { fieldPath, keyedItem } from './field-path.ts'
import { keyText, mergeKeyOf, type MergeKey } from './merge-keys.ts'
import { isJsonList, isJsonObject } from './read-yaml.ts'
import type { Json, JsonObject } from './resource.ts'

/** A value and what may be shown of it: the same shape, credentials replaced. */
export interface Shown {
  readonly real: Json | undefined
  readonly shown: Json | undefined
}

/** One difference with the real values (for the digest) and with what may be shown of them. */
export interface ValueChange {
  readonly path: string
  readonly before?: Json | undefined
  readonly after?: Json | undefined
  readonly shown: FieldChange
}

/**
 * Differences between two values, field by field. Lists are matched by merge key where they have one, else by least edit.
 * `null` and an absent field are the same, as for the API server; quantities and durations compare by meaning. `exact`: for values that
 * something else than the API server reads, where spelling and order count.
 */
export function compareValues(
  before: Shown,
  after: Shown,
  apiVersion: string,
  reading: 'by-meaning' | 'exact' = 'by-meaning',
): readonly ValueChange[] {
  const changes: ValueChange[] = []
  walk(before, after, '', '')
  return changes

  function walk(a: Shown, b: Shown, path: string, field: string): void {
    const [left, right] = [a.real ?? null, b.real ?? null]
    if (left === right) return
    if (isJsonObject(left) && isJsonObject(right)) {
      for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
        if (at(left, name) !== at(right, name))
          walk(child(a, name), child(b, name), fieldPath(path, name), name)
    } else if (isJsonList(left) && isJsonList(right)) compareLists(a, b, left, right, path, field)
    else if (reading === 'exact' || !meansTheSame(path, apiVersion, left, right)) record(a, b, path)
  }

  function record(a: Shown, b: Shown, path: string): void {
    const real = { ...side('before', a.real), ...side('after', b.real) }
    changes.push({ path, ...real, shown: { path, ...side('before', a.shown), ...side('after', b.shown) } })
  }

  function compareLists(
    a: Shown,
    b: Shown,
    left: readonly Json[],
    right: readonly Json[],
    path: string,
    field: string,
  ): void {
    const key = mergeKeyOf(field, [left, right])
    if (key === undefined) comparePlaces(a, b, left, right, path, field)
    else compareKeyed(a, b, left as readonly JsonObject[], right as readonly JsonObject[], path, key)
  }

  function compareKeyed(
    a: Shown,
    b: Shown,
    left: readonly JsonObject[],
    right: readonly JsonObject[],
    path: string,
    key: MergeKey,
  ): void {
    const places = new Map(right.map((item, index) => [keyText(key, item), index]))
    const kept: number[] = []
    left.forEach((item, index) => {
      const place = places.get(keyText(key, item))
      places.delete(keyText(key, item))
      if (place !== undefined) kept.push(place)
      walk(child(a, index), place === undefined ? absent : child(b, place), keyedItem(path, key, item), '')
    })
    for (const place of places.values()) {
      const item = right[place]
      if (item !== undefined) walk(absent, child(b, place), keyedItem(path, key, item), '')
    }
    const isOrdered = key.ordered || reading === 'exact'
    if (isOrdered && kept.some((place, index) => index > 0 && place < (kept[index - 1] ?? 0)))
      record(order(left, key), order(right, key), path)
  }

  function comparePlaces(
    a: Shown,
    b: Shown,
    left: readonly Json[],
    right: readonly Json[],
    path: string,
    field: string,
  ): void {
    for (const [from, to] of alignLists(left, right))
      walk(
        from === undefined ? absent : child(a, from),
        to === undefined ? absent : child(b, to),
        fieldPath(path, String(to ?? from)),
        field,
      )
  }
}

const absent: Shown = { real: undefined, shown: undefined }

function child(value: Shown, name: string | number): Shown {
  return { real: at(value.real, name), shown: at(value.shown, name) }
}

function at(value: Json | undefined, name: string | number): Json | undefined {
  if (isJsonList(value)) return value[Number(name)]
  return isJsonObject(value) && Object.hasOwn(value, String(name)) ? value[String(name)] : undefined
}

function side(name: 'before' | 'after', value: Json | undefined): { [side: string]: Json } {
  return value === undefined || value === null ? {} : { [name]: value }
}

/** The keys of a list in their order: what is shown when only the order changed. */
function order(list: readonly JsonObject[], key: MergeKey): Shown {
  const names = list.map((item) => keyedItem('', key, item).slice(2, -1))
  return { real: names, shown: names }
}
