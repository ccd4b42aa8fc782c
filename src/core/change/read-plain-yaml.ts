import { defineScalarTag, FAILSAFE_SCHEMA, load, NOT_RESOLVED, realMapTag } from 'js-yaml'
import { isScalar, Schema, type ScalarTag } from 'yaml'
import { parseOptions, plainValue } from './read-yaml.ts'
import type { Json } from './resource.ts'
import { isSimpleFlow } from './simple-flow.ts'

/**
 * What a fast reader may get wrong: anchors, aliases, tags, merge keys, directives, complex keys, flow collections that are not simple,
 * tabs and carriage returns. A text that may contain any of these is left to the complete reader.
 */
const uncommon = /[\t\r\u0085\u2028\u2029\ufeff]|<<|^%|^\.\.\.|^---|^\s*\?(?:\s|$)|(?:^|[:\-?] +)[&*!]/m
/** What may start a flow collection; a bracket in a text counts, and then that text has to look simple too. */
const flows = /(?:^|[:\-?]) *([{[].*)$/gm

/** Scalars of the complete reader, so that both give the same values by construction. */
const scalarTags = new Schema({ schema: 'yaml-1.1', customTags: parseOptions.customTags }).tags.filter(
  (tag): tag is ScalarTag & { test: RegExp } => tag.default === true && tag.test instanceof RegExp,
)

const kubernetesScalar = defineScalarTag<unknown>('tag:yaml.org,2002:kubernetes', {
  implicit: true,
  implicitFirstChars: ['', ...'~nNtTfFoOyY.-+0123456789'],
  identify: () => false,
  resolve: (text) => {
    const tag = scalarTags.find(({ test }) => test.test(text))
    if (tag === undefined) return NOT_RESOLVED
    const value = tag.resolve(text, refuse, { intAsBigInt: true })
    return isScalar(value) ? value.value : value
  },
})

const schema = FAILSAFE_SCHEMA.withTags(kubernetesScalar, realMapTag)

/**
 * The value of a one-document text as renderers write it, nine times as fast as the complete reader and without positions. Undefined:
 * the text has something uncommon or wrong, which the complete reader has to look at. Where it answers, both agree.
 */
export function readPlainYaml(text: string): Json | undefined {
  if (!isPlain(text)) return undefined
  try {
    const value = load(text, { schema })
    return hasTextKeys(value) ? plainValue(value) : undefined
  } catch {
    return undefined
  }
}

function isPlain(text: string): boolean {
  if (uncommon.test(text)) return false
  for (const [, flow = ''] of text.matchAll(flows)) if (!isSimpleFlow(flow)) return false
  return true
}

function refuse(message: string): never {
  throw new SyntaxError(message)
}

/** How a key that is no text is spelt in JSON is the complete reader's business. */
function hasTextKeys(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(hasTextKeys)
  if (!(value instanceof Map)) return true
  for (const [key, item] of value) if (typeof key !== 'string' || !hasTextKeys(item)) return false
  return true
}
