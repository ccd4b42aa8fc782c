import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from 'js-yaml'
import { fieldPath, keyedItem } from './field-path.ts'
import { mergeKeyOf } from './merge-keys.ts'
import { isJsonList, isJsonObject } from './read-yaml.ts'
import type { Json } from './resource.ts'

/**
 * 1-based line of every field of a text that `readPlainYaml` could read, the same as `fieldLines` gives; `value` is what it read,
 * and `before` the number of lines before the text in its file. Undefined: a place in it is told differently by the two readers, and the complete one has to look.
 */
export function plainFieldLines(
  text: string,
  value: Json,
  before = 0,
): Readonly<Record<string, number>> | undefined {
  return new Places(text, before).read(value)
}

class Places {
  readonly #lines: Record<string, number> = {}
  readonly #text: string
  readonly #events: readonly Event[]
  readonly #lineOf: (offset: number) => number
  #next = 1
  #isSure = true

  constructor(text: string, before: number) {
    this.#text = text
    this.#events = parseEvents(text, {})
    this.#lineOf = lineCounter(text, before)
  }

  read(value: Json): Readonly<Record<string, number>> | undefined {
    this.#visit(value, '', '')
    return this.#isSure ? this.#lines : undefined
  }

  /** Reads the events of one value. Answers where it starts; -1: nothing is written. */
  #visit(value: Json | undefined, path: string, field: string): number {
    const event = this.#events[this.#next]
    this.#next += 1
    if (event?.type === EVENT_ID.MAPPING) {
      while (this.#events[this.#next]?.type === EVENT_ID.SCALAR) this.#visitPair(value, path)
      return this.#close(event.start)
    }
    if (event?.type === EVENT_ID.SEQUENCE) {
      this.#visitList(isJsonList(value) ? value : [], path, field)
      return this.#close(event.start)
    }
    if (event?.type !== EVENT_ID.SCALAR) return this.#giveUp()
    // The content of a block scalar starts below its indicator.
    return event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK
      ? -1
      : quoteStart(event.style, event.valueStart)
  }

  #visitPair(map: Json | undefined, path: string): void {
    const key = this.#events[this.#next]
    if (key?.type !== EVENT_ID.SCALAR || key.valueStart < 0) return void this.#giveUp()
    const name = getScalarValue(this.#text, key)
    const child = fieldPath(path, name)
    this.#lines[child] = this.#lineOf(key.valueStart)
    this.#next += 1
    this.#visit(isJsonObject(map) && Object.hasOwn(map, name) ? map[name] : undefined, child, name)
  }

  #visitList(list: readonly Json[], path: string, field: string): void {
    const key = mergeKeyOf(field, [list])
    for (const [index, item] of list.entries()) {
      const child =
        key !== undefined && isJsonObject(item) ? keyedItem(path, key, item) : fieldPath(path, String(index))
      const start = this.#visit(item, child, field)
      if (start < 0) this.#giveUp()
      else this.#lines[child] = this.#lineOf(start)
    }
  }

  #close(start: number): number {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return this.#giveUp()
    this.#next += 1
    return start
  }

  #giveUp(): number {
    this.#isSure = false
    this.#next = this.#events.length
    return -1
  }
}

function quoteStart(style: number, valueStart: number): number {
  return style === SCALAR_STYLE.PLAIN || valueStart <= 0 ? valueStart : valueStart - 1
}

function lineCounter(text: string, before: number): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return before + low + 1
  }
}
