/**
 * A Kubernetes quantity (`1000m`, `1Gi`, `1e3`) as an exact fraction, for comparison by meaning; undefined when it is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): { readonly value: bigint; readonly scale: number } | undefined {
  const match =
    /^([+-]?)(\d{1,30})?(?:\.(\d{0,30}))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,2})?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  const binary = binarySuffixes.indexOf(suffix)
  if (suffix !== '' && binary >= 0) return normalised(digits * 1024n ** BigInt(binary + 1), -fraction.length)
  const exponent = /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (decimalSuffixes[suffix] ?? 0)
  return normalised(digits, exponent - fraction.length)
}

/** True when both are quantities of the same amount. */
export function isSameQuantity(a: string, b: string): boolean {
  const [left, right] = [parseQuantity(a), parseQuantity(b)]
  return left !== undefined && right !== undefined && left.value === right.value && left.scale === right.scale
}

/** Less than, equal or more than zero as the first is less than, equal to or more than the second; undefined when one is none. */
export function compareQuantities(a: string, b: string): number | undefined {
  const [left, right] = [parseQuantity(a), parseQuantity(b)]
  if (left === undefined || right === undefined) return undefined
  const scale = Math.min(left.scale, right.scale)
  const difference =
    left.value * 10n ** BigInt(left.scale - scale) - right.value * 10n ** BigInt(right.scale - scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

function normalised(value: bigint, scale: number): { value: bigint; scale: number } {
  if (value === 0n) return { value, scale: 0 }
  let [left, exponent] = [value, scale]
  while (left % 10n === 0n) {
    left /= 10n
    exponent += 1
  }
  return { value: left, scale: exponent }
}
