import { fieldPath, keyedItem } from '../../change/field-path.ts'
import { mergeKeyOf } from '../../change/merge-keys.ts'
import { isJsonObject } from '../../change/read-yaml.ts'
import type { Json } from '../../change/resource.ts'

/** Longer lists are named by position: telling so many items apart costs more than it helps. */
const mostKeyed = 10_000

/** Field paths of the items of a list: by merge key (`[name=app]`) when it has one, else by position. */
export function listPaths(parent: string, field: string, list: readonly Json[]): readonly string[] {
  const key = list.length > mostKeyed ? undefined : mergeKeyOf(field, [list])
  return list.map((item, index) =>
    key !== undefined && isJsonObject(item) ? keyedItem(parent, key, item) : fieldPath(parent, String(index)),
  )
}
