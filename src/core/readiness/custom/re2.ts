/**
 * A pattern of RE2, which CEL speaks, as one of JavaScript: flags in front, POSIX classes, `\A` and `\z`, named groups.
 * https://github.com/google/re2/wiki/Syntax
 */
export function fromRe2(pattern: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(pattern)
  const body = (flags === null ? pattern : pattern.slice(flags[0].length))
    .replaceAll('(?P<', '(?<')
    .replace(/\[:(\^?)([a-z]+):\]/g, (whole, negated: string, name: string) =>
      negated === '' && Object.hasOwn(classes, name) ? (classes[name] ?? whole) : whole,
    )
    .replace(/\\(?:\\|A|z)/g, (escape) =>
      escape === '\\A' ? '(?<![\\s\\S])' : escape === '\\z' ? '(?![\\s\\S])' : escape,
    )
  return flags === null ? body : `(?${flags[1] ?? ''}:${body})`
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~',
}

/** A node of a parsed expression, as far as patterns are looked for. */
interface Node {
  readonly op: string
  args: unknown
}

/** Rewrites the patterns that an expression hands to `matches` as literals: the CEL library takes them as JavaScript's. */
export function translatePatterns(root: unknown): void {
  const left: unknown[] = [root]
  while (left.length > 0) {
    const node = left.pop()
    if (Array.isArray(node)) left.push(...(node as readonly unknown[]))
    if (!isNode(node)) continue
    if (Array.isArray(node.args)) {
      const [name, , given] = node.args as readonly unknown[]
      const [pattern] = Array.isArray(given) ? (given as readonly unknown[]) : []
      if (node.op === 'rcall' && name === 'matches' && isNode(pattern) && typeof pattern.args === 'string')
        pattern.args = fromRe2(pattern.args)
      left.push(...(node.args as readonly unknown[]))
    } else left.push(node.args)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
