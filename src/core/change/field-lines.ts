import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type LineCounter } from 'yaml'
import { fieldPath, keyedItem } from './field-path.ts'
import { isJsonObject, plainValue } from './read-yaml.ts'
import { mergeKeyOf } from './merge-keys.ts'

/**
 * 1-based line of every field of a document by its path, list items named as in a FieldChange; `before` is the number of lines before the
 * text that was counted.
 */
export function fieldLines(
  document: Document.Parsed,
  lineCounter: LineCounter,
  before = 0,
): Record<string, number> {
  const lines: Record<string, number> = {}
  const lineOf = (node: unknown): number | undefined => {
    const range = (node as { range?: readonly number[] } | null)?.range
    return range?.[0] === undefined ? undefined : before + lineCounter.linePos(range[0]).line
  }
  const visit = (node: unknown, path: string, field: string): void => {
    if (isAlias(node)) return
    if (isMap(node))
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key)
        const child = fieldPath(path, name)
        lines[child] = lineOf(key) ?? lineOf(value) ?? before + 1
        visit(value, child, name)
      }
    if (isSeq(node)) {
      const values = node.items.map((item) =>
        plainValue((item as Node).toJS(document, { maxAliasCount: 1000 })),
      )
      const key = mergeKeyOf(field, [values])
      node.items.forEach((item, index) => {
        const value = values[index]
        const child =
          key !== undefined && isJsonObject(value)
            ? keyedItem(path, key, value)
            : fieldPath(path, String(index))
        lines[child] = lineOf(item) ?? before + 1
        visit(item, child, field)
      })
    }
  }
  visit(document.contents, '', '')
  return lines
}
