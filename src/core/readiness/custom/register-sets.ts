import type { Environment } from '@marcbachmann/cel-js'
import { registerAll } from './register-all.ts'

class SetsNamespace {}
class StringsNamespace {}

/** Sets of lists, and what the library lacks of strings. https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries */
export function registerSets(environment: Environment): void {
  environment.registerType('cel.SetsNamespace', SetsNamespace)
  environment.registerType('cel.StringsNamespace', StringsNamespace)
  environment.registerConstant('sets', 'cel.SetsNamespace', new SetsNamespace())
  environment.registerConstant('strings', 'cel.StringsNamespace', new StringsNamespace())
  registerAll(environment, {
    'cel.SetsNamespace.contains(list, list): bool': (
      _: SetsNamespace,
      all: readonly unknown[],
      some: readonly unknown[],
    ) => contains(all, some),
    'cel.SetsNamespace.intersects(list, list): bool': (
      _: SetsNamespace,
      a: readonly unknown[],
      b: readonly unknown[],
    ) => {
      const known = new Set(a.map(identity))
      return b.some((each) => known.has(identity(each)))
    },
    'cel.SetsNamespace.equivalent(list, list): bool': (
      _: SetsNamespace,
      a: readonly unknown[],
      b: readonly unknown[],
    ) => contains(a, b) && contains(b, a),
    'cel.StringsNamespace.quote(string): string': (_: StringsNamespace, text: string) => JSON.stringify(text),
    'string.format(list): string': formatText,
    'string.charAt(int): string': (text: string, index: bigint) => [...text][Number(index)] ?? '',
    'string.reverse(): string': (text: string) => [...text].reverse().join(''),
    'string.replace(string, string): string': (text: string, old: string, made: string) =>
      text.replaceAll(old, () => made),
    'string.replace(string, string, int): string': replaceSome,
  })
}

function contains(all: readonly unknown[], some: readonly unknown[]): boolean {
  const known = new Set(all.map(identity))
  return some.every((each) => known.has(identity(each)))
}

/** The same text for the same value: numbers are the same whatever their type. */
function identity(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each)) ?? ''
}

function replaceSome(text: string, old: string, made: string, limit: bigint): string {
  if (limit < 0n) return text.replaceAll(old, () => made)
  let left = Number(limit)
  return text.replaceAll(old, (found) => (left-- > 0 ? made : found))
}

/** `%s`, `%d`, `%f`, `%.2f`, `%x`, `%o`, `%b`, `%e` and `%%`. https://github.com/google/cel-go/tree/master/ext#format */
function formatText(text: string, values: readonly unknown[]): string {
  let next = 0
  return text.replace(/%(?:\.(\d{1,2}))?([sdfxXobe%])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) throw new Error(`format: there is no value ${next + 1}`)
    const value = values[next++]
    switch (verb) {
      case 'f':
        return Number(value).toFixed(Number(digits ?? 6))
      case 'e':
        return Number(value).toExponential(Number(digits ?? 6))
      case 'x':
        return typeof value === 'bigint' ? value.toString(16) : Buffer.from(String(value)).toString('hex')
      case 'X':
        return typeof value === 'bigint' ? value.toString(16).toUpperCase() : String(value)
      case 'o':
        return typeof value === 'bigint' ? value.toString(8) : String(value)
      case 'b':
        return typeof value === 'bigint' ? value.toString(2) : String(value === true ? 1 : 0)
      default:
        return textOf(value)
    }
  })
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each)).join(', ')}]`
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}: ${textOf(each)}`)
      .join(', ')}}`
  return String(value)
}
