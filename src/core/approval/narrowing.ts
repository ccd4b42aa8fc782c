import type { ChangeClass } from '../change/change.ts'
import { proseLines } from '../commands/prose-lines.ts'

/**
 * The classes to which a review narrows itself with `/only image secret`, at the start of a line, outside quotes, code and HTML
 * comments. Null: it does not. Several lines narrow further, never wider; `/only` alone, or a word that is no class, covers nothing.
 */
export function readNarrowing(body: string): ReadonlySet<string> | null {
  if (!body.includes('/')) return null
  return proseLines(body).reduce<ReadonlySet<string> | null>((narrowed, line) => {
    const match = /^ {0,3}\/only(?:[ \t]+(.*))?$/i.exec(line)
    if (match === null) return narrowed
    const words = (match[1] ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((word) => word !== '')
    return new Set(narrowed === null ? words : words.filter((word) => narrowed.has(word)))
  }, null)
}

/** Whether a narrowed review covers every class of this change that a rule guards. */
export function coversClasses(
  narrowing: ReadonlySet<string> | null,
  classes: readonly ChangeClass[],
): boolean {
  if (narrowing === null) return true
  return classes.length > 0 && classes.every((each) => narrowing.has(each))
}
