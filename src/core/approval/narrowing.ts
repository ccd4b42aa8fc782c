import type { ChangeClass } from '../change/change.ts'

/**
 * The classes to which a review narrows itself with `/only image secret`, at the start of a line, outside quotes, code and HTML
 * comments. Null: it does not. Several lines narrow further, never wider; `/only` alone, or a word that is no class, covers nothing.
 */
export function readNarrowing(body: string): ReadonlySet<string> | null {
  if (!body.includes('/')) return null
  return commandLines(body).reduce<ReadonlySet<string> | null>((narrowed, line) => {
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

/** Lines that are neither in a fenced code block nor in an HTML comment. Quoted and indented lines do not start with a command. */
function commandLines(body: string): string[] {
  const lines: string[] = []
  let fence: string | null = null
  for (const line of body.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '').split(/\r\n|\r|\n/)) {
    const mark: string | undefined = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null
    } else if (mark !== undefined) fence = mark
    else lines.push(line.trimEnd())
  }
  return lines
}
