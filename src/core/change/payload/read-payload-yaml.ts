import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml'
import { isJsonList } from '../read-yaml.ts'
import type { Json } from '../resource.ts'

/** What a payload says, and what stands in it beside the values. */
export interface Payload {
  readonly value: Json
  /** Comments in their order: where they differ, values alone do not tell the whole difference. */
  readonly comments: string
}

/** Maps and lists within each other. */
const deepest = 60

/** Thrown within this file only: more than values, or not YAML. */
class NotPlain extends Error {}

/**
 * A YAML or JSON text that some program will read, by its own rules: undefined where it has more than maps, lists and scalars (anchors,
 * tags, repeated keys), or is none. Scalars stay as they are spelt, because nobody here knows whether the program takes `yes` for a word.
 */
export function readPayloadYaml(text: string): Payload | undefined {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.2',
      schema: 'failsafe',
      lineCounter: new LineCounter(),
      logLevel: 'silent',
    })
    if (!isJsonList(documents as unknown as Json)) return undefined
    const comments: string[] = []
    const values = documents.map((document) => {
      if (document.errors.length > 0 || document.warnings.length > 0) throw new NotPlain()
      comments.push(document.commentBefore ?? '', document.comment ?? '')
      return document.contents === null ? null : valueOf(document.contents, comments, 0)
    })
    const [only] = values
    return { value: values.length === 1 ? (only ?? null) : values, comments: comments.join('\n').trim() }
  } catch (thrown) {
    // The library runs out of stack on deep nesting.
    if (thrown instanceof NotPlain || thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function valueOf(node: unknown, comments: string[], depth: number): Json {
  if (depth > deepest) throw new NotPlain()
  if (node === null) return null
  const { comment, commentBefore, anchor, tag } = node as Node & { anchor?: string }
  if (anchor !== undefined || tag !== undefined) throw new NotPlain()
  if (commentBefore) comments.push(commentBefore)
  if (comment) comments.push(comment)
  if (isScalar(node)) return scalarOf(node)
  if (isMap(node))
    return Object.fromEntries(
      node.items.map(({ key, value }) => {
        if (!isScalar(key)) throw new NotPlain()
        if (key.commentBefore) comments.push(key.commentBefore)
        return [keyOf(key), valueOf(value, comments, depth + 1)] as const
      }),
    )
  if (isSeq(node)) return node.items.map((item) => valueOf(item, comments, depth + 1))
  throw new NotPlain()
}

interface Spelt {
  readonly type?: string
  readonly value: unknown
}

/** Words that one version of YAML takes for something else than text. */
const special = /^(?:[-+.]?[\d.].*|[-+.]?(?:inf|nan)|~|null|true|false|yes|no|on|off|y|n|)$/i

/** A plain number or boolean that is written as JSON writes it; else the text. A quoted text that would mean something else plain keeps its quotes. */
function scalarOf({ type, value: text }: Spelt): Json {
  // The schema without tags gives nothing but texts.
  if (typeof text !== 'string') throw new NotPlain()
  if (!special.test(text)) return text
  if (type !== 'PLAIN') return text === '' || type?.startsWith('BLOCK') ? text : JSON.stringify(text)
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text
}

function keyOf(key: Spelt): string {
  const value = scalarOf(key)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
