/**
 * A renderer's complaint as a person wants it: paths relative to the repository, nested "accumulating resources" unwound to the
 * innermost reason, one paragraph.
 */
export function readableFailure(stderr: string, repository: string): string {
  const plain = stderr
    .replaceAll(/\x1b\[[0-9;]*m/g, '')
    .replaceAll(`${repository}/`, '')
    .replaceAll(repository, '.')
    .trim()
  const lines = plain
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(?:#|Warning:|WARNING:|Use --debug)/.test(line.trim()))
  const text = unwrapped(lines.length === 0 ? plain : lines.join('\n')).replace(/^(?:error|Error): /, '')
  return shorten(withoutLiterals(innermost(text)))
}

/** kubectl logs its last words as `E1121 …] "command failed" err="…"`. */
function unwrapped(text: string): string {
  const block = /err=<\n([\s\S]*?)\n\s*>\s*$/.exec(text)?.[1]
  if (block !== undefined) return block.replace(/^[ \t]+/gm, '').replace(/^Error: /, '')
  const quoted = /err=("(?:[^"\\]|\\.)*")\s*$/.exec(text)?.[1]
  if (quoted === undefined) return text
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted.slice(1, -1)
  }
}

/** kustomize wraps each level: `accumulating resources: accumulation err='…': …`. The last part names the cause. */
function innermost(text: string): string {
  return text
    .replace(/^(?:accumulating (?:resources|components): (?:accumulation err=')?)+/, '')
    .replace(/(?:accumulating (?:resources|components)(?: from '[^']*')?: )+/g, '')
    .replace(/accumulateDirectory: /g, '')
    .replace(/"?recursed (?:accumulation|merging) (?:of|from) path '([^']*)': ?/g, '$1: ')
}

/** kustomize repeats the literals of a generator, which are the values of Secrets. */
function withoutLiterals(text: string): string {
  return text
    .replace(/(literal sources )\[[^]*\](?=: )/g, '$1[…]')
    .replace(/(invalid literal source )[^]*?(?=, expected)/g, '$1…')
}

function shorten(text: string): string {
  // The place stands first, the cause last.
  return text.length > 1000
    ? `${text.slice(0, 500)} … (${text.length - 1000} more characters) … ${text.slice(-500)}`
    : text
}
