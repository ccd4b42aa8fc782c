import type { Environment } from '@marcbachmann/cel-js'
import { compareQuantities, parseQuantity } from '../../change/quantity.ts'
import { fromRe2 } from './re2.ts'
import { registerAll } from './register-all.ts'

/** Values of Kubernetes' own CEL types. */
class Quantity {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
class Semver {
  readonly parts: readonly [number, number, number]
  readonly pre: string
  constructor(parts: readonly [number, number, number], pre: string) {
    this.parts = parts
    this.pre = pre
  }
}

/**
 * Kubernetes' CEL libraries of quantities, regular expressions, semantic versions and lists.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries
 */
export function registerKubernetesFunctions(environment: Environment): void {
  environment.registerType('kubernetes.Quantity', Quantity)
  environment.registerType('kubernetes.Semver', Semver)
  const functions: Readonly<Record<string, (...values: never[]) => unknown>> = {
    'quantity(string): kubernetes.Quantity': readQuantity,
    'isQuantity(string): bool': (text: string) => parseQuantity(text) !== undefined,
    'kubernetes.Quantity.compareTo(kubernetes.Quantity): int': (a: Quantity, b: Quantity) =>
      BigInt(order(a, b)),
    'kubernetes.Quantity.isGreaterThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) =>
      order(a, b) > 0,
    'kubernetes.Quantity.isLessThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) =>
      order(a, b) < 0,
    'kubernetes.Quantity.sign(): int': (a: Quantity) => BigInt(order(a, new Quantity('0'))),
    'kubernetes.Quantity.isInteger(): bool': (a: Quantity) => whole(a) !== undefined,
    'kubernetes.Quantity.asInteger(): int': (a: Quantity) => whole(a) ?? fail(`${a.text} is no whole number`),
    'kubernetes.Quantity.asApproximateFloat(): double': (a: Quantity) => approximate(a),
    'kubernetes.Quantity.add(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      sum(a, b, 1n),
    'kubernetes.Quantity.sub(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      sum(a, b, -1n),
    'kubernetes.Quantity.add(int): kubernetes.Quantity': (a: Quantity, b: bigint) =>
      sum(a, new Quantity(b.toString()), 1n),
    'kubernetes.Quantity.sub(int): kubernetes.Quantity': (a: Quantity, b: bigint) =>
      sum(a, new Quantity(b.toString()), -1n),
    'string.find(string): string': (text: string, pattern: string) =>
      pattern === '' ? '' : (new RegExp(fromRe2(pattern)).exec(text)?.[0] ?? ''),
    'string.findAll(string): list': (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(fromRe2(pattern), 'g'))].map(([found]) => found),
    'string.findAll(string, int): list': (text: string, pattern: string, limit: bigint) => {
      const all = [...text.matchAll(new RegExp(fromRe2(pattern), 'g'))].map(([found]) => found)
      return limit < 0n ? all : all.slice(0, Number(limit))
    },
    'semver(string): kubernetes.Semver': (text: string) =>
      parseSemver(text) ?? fail(`"${text}" is no semantic version`),
    'isSemver(string): bool': (text: string) => parseSemver(text) !== undefined,
    'semver(string, bool): kubernetes.Semver': (text: string, loose: boolean) =>
      parseSemver(loose ? normalised(text) : text) ?? fail(`"${text}" is no semantic version`),
    'isSemver(string, bool): bool': (text: string, loose: boolean) =>
      parseSemver(loose ? normalised(text) : text) !== undefined,
    'kubernetes.Semver.major(): int': ({ parts }: Semver) => BigInt(parts[0]),
    'kubernetes.Semver.minor(): int': ({ parts }: Semver) => BigInt(parts[1]),
    'kubernetes.Semver.patch(): int': ({ parts }: Semver) => BigInt(parts[2]),
    'kubernetes.Semver.compareTo(kubernetes.Semver): int': (a: Semver, b: Semver) =>
      BigInt(compareSemver(a, b)),
    'kubernetes.Semver.isGreaterThan(kubernetes.Semver): bool': (a: Semver, b: Semver) =>
      compareSemver(a, b) > 0,
    'kubernetes.Semver.isLessThan(kubernetes.Semver): bool': (a: Semver, b: Semver) =>
      compareSemver(a, b) < 0,
    'list.isSorted(): bool': (list: readonly (number | bigint | string)[]) =>
      list.every((item, at) => at === 0 || (list[at - 1] ?? item) <= item),
    'list.sum(): dyn': (list: readonly (number | bigint)[]) =>
      list.reduce<number | bigint>(
        (total, each) =>
          typeof total === 'bigint' && typeof each === 'bigint' ? total + each : Number(total) + Number(each),
        0n,
      ),
    'list.min(): dyn': (list: readonly bigint[]) => list.reduce((a, b) => (b < a ? b : a)),
    'list.max(): dyn': (list: readonly bigint[]) => list.reduce((a, b) => (b > a ? b : a)),
    'list.indexOf(dyn): int': (list: readonly unknown[], value: unknown) => BigInt(list.indexOf(value)),
    'list.lastIndexOf(dyn): int': (list: readonly unknown[], value: unknown) =>
      BigInt(list.lastIndexOf(value)),
  }
  registerAll(environment, functions)
  const equal = (left: Quantity, right: Quantity): boolean => order(left, right) === 0
  const same = (left: Semver, right: Semver): boolean => compareSemver(left, right) === 0
  environment.registerOperator(
    'kubernetes.Quantity == kubernetes.Quantity',
    equal as (left: unknown, right: unknown) => boolean,
  )
  environment.registerOperator(
    'kubernetes.Semver == kubernetes.Semver',
    same as (left: unknown, right: unknown) => boolean,
  )
}

function fail(message: string): never {
  throw new Error(message)
}

function readQuantity(text: string): Quantity {
  return parseQuantity(text) === undefined ? fail(`"${text}" is no quantity`) : new Quantity(text)
}

function order(a: Quantity, b: Quantity): number {
  return compareQuantities(a.text, b.text) ?? 0
}

function whole({ text }: Quantity): bigint | undefined {
  const read = parseQuantity(text)
  return read === undefined || read.scale < 0 ? undefined : read.value * 10n ** BigInt(read.scale)
}

function approximate({ text }: Quantity): number {
  const read = parseQuantity(text)
  return read === undefined ? Number.NaN : Number(read.value) * 10 ** read.scale
}

function sum(a: Quantity, b: Quantity, sign: bigint): Quantity {
  const [left, right] = [parseQuantity(a.text), parseQuantity(b.text)]
  if (left === undefined || right === undefined) return fail('no quantity')
  const scale = Math.min(left.scale, right.scale)
  const value =
    left.value * 10n ** BigInt(left.scale - scale) + sign * right.value * 10n ** BigInt(right.scale - scale)
  return new Quantity(scale >= 0 ? `${value * 10n ** BigInt(scale)}` : `${value}e${scale}`)
}

function parseSemver(text: string): Semver | undefined {
  const found =
    /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{1,100})?$/.exec(text)
  return found === null
    ? undefined
    : new Semver([Number(found[1]), Number(found[2]), Number(found[3])], found[4] ?? '')
}

/** `v1.2` is 1.2.0: without the letter, without leading zeros, with all three parts. */
function normalised(text: string): string {
  const [numbers = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest.join('')
}

function compareSemver(a: Semver, b: Semver): number {
  for (const at of [0, 1, 2] as const)
    if (a.parts[at] !== b.parts[at]) return Math.sign(a.parts[at] - b.parts[at])
  if (a.pre === b.pre) return 0
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1
  const [left, right] = [a.pre.split('.'), b.pre.split('.')]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = comparePart(left[index], right[index])
    if (order !== 0) return order
  }
  return 0
}

/** Numbers come before words, and fewer parts before more. https://semver.org/#spec-item-11 */
function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (x && y) return Math.sign(Number(a) - Number(b))
  if (x !== y) return x ? -1 : 1
  return a < b ? -1 : 1
}
