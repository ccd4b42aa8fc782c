/**
 * Plain words of a flow collection that both readers of YAML take for the same: letters, digits and what names, images, paths and
 * quantities are written with. A colon only inside, with something other than a space behind it.
 */
const word = /(?:[A-Za-z0-9_/]|-(?=[0-9]))[A-Za-z0-9_./@=+%$*-]*(?::[A-Za-z0-9_./@=+-]+)*/y
const quoted = /"[^"\\\n]*"|'[^'\n]*'/y
const space = / */y
const deepest = 20

/** Whether a text is one flow collection on one line that is written plainly: `{ app: web, ports: [80, "http"] }`. Linear time. */
export function isSimpleFlow(text: string): boolean {
  const end = readFlow(text, 0, 0)
  return end !== undefined && /^ *(?: #.*)?$/.test(text.slice(end))
}

/** Where the value that starts here ends; undefined: it is not simple. */
function readFlow(text: string, at: number, depth: number): number | undefined {
  const open = text[at]
  if (depth > deepest || (open !== '{' && open !== '[')) return undefined
  const close = open === '{' ? '}' : ']'
  let next = skip(space, text, at + 1) ?? at + 1
  if (text[next] === close) return next + 1
  for (;;) {
    const value: number | undefined =
      open === '{' ? readPair(text, next, depth) : readValue(text, next, depth)
    if (value === undefined) return undefined
    next = skip(space, text, value) ?? value
    if (text[next] === close) return next + 1
    if (text[next] !== ',') return undefined
    next = skip(space, text, next + 1) ?? next + 1
  }
}

function readPair(text: string, at: number, depth: number): number | undefined {
  const key = skip(word, text, at)
  if (key === undefined || text[key] !== ':' || text[key + 1] !== ' ') return undefined
  return readValue(text, skip(space, text, key + 1) ?? key + 1, depth)
}

function readValue(text: string, at: number, depth: number): number | undefined {
  const first = text[at]
  if (first === '{' || first === '[') return readFlow(text, at, depth + 1)
  return skip(first === '"' || first === "'" ? quoted : word, text, at)
}

function skip(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}
