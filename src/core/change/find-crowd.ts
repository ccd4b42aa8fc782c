/** Entries of one map or items of one list beyond which nobody wrote it, and no API server keeps it well. */
export const mostEntries = 20_000
/** A shorter text has no room for so many. */
const shortest = 2 * mostEntries

const blockScalar = /(?::|-)[ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?$/
const flowStart = /^[ \t]*(?:-[ \t]+)*(?:[^\s"'{[#][^:]*:[ \t]+|"[^"]*":[ \t]+)?(?=[{["'])/
const entryStart = /^( *)(?:-(?:[ \t]|$)|[^\s#][^:]*:(?:[ \t]|$)|["'])/

/**
 * The line, counted from 0, on which a map or list of a YAML or JSON text gets more entries than anybody writes; undefined: none does.
 * Reads no values, in linear time: it looks at indentation, brackets and commas, and passes over block scalars.
 */
export function findCrowd(text: string): number | undefined {
  if (text.length < shortest) return undefined
  const flow = new FlowCounter()
  const levels: { readonly indent: number; entries: number }[] = []
  let scalarIndent = -1
  for (const [index, line] of text.split('\n').entries()) {
    const indent = line.length - line.trimStart().length
    if (scalarIndent >= 0) {
      if (indent > scalarIndent || line.trim() === '') continue
      scalarIndent = -1
    }
    if (flow.isOpen) {
      if (flow.read(line, 0)) return index
      continue
    }
    const start = entryStart.exec(line)
    if (start !== null) {
      while ((levels.at(-1)?.indent ?? -1) > indent) levels.pop()
      const level = levels.at(-1)
      if (level?.indent !== indent) levels.push({ indent, entries: 1 })
      else if (++level.entries > mostEntries) return index
    }
    if (blockScalar.test(line)) scalarIndent = indent
    else {
      const at = flowStart.exec(line)
      if (at !== null && flow.read(line, at[0].length)) return index
    }
  }
  return undefined
}

/** Counts the commas of each bracket; quotes hide what is in them. */
class FlowCounter {
  readonly #commas: number[] = []
  #quote = ''

  /** Whether a bracket or quote goes on in the next line. */
  get isOpen(): boolean {
    return this.#commas.length > 0 || this.#quote !== ''
  }

  /** Whether a bracket got too many entries. */
  read(line: string, from: number): boolean {
    for (let at = from; at < line.length; at++) {
      const each = line[at] ?? ''
      if (this.#quote !== '') {
        if (each === '\\' && this.#quote === '"') at += 1
        else if (each === this.#quote) this.#quote = ''
      } else if (each === '"' || each === "'") this.#quote = each
      else if (each === '{' || each === '[') this.#commas.push(0)
      else if (each === '}' || each === ']') this.#commas.pop()
      else if (each === ',' && this.#commas.length > 0) {
        const commas = (this.#commas.pop() ?? 0) + 1
        if (commas >= mostEntries) return true
        this.#commas.push(commas)
      }
      if (!this.isOpen) return false
    }
    return false
  }
}
