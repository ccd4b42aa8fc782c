import { isSameQuantity } from './quantity.ts'
import type { Json } from './resource.ts'

/** Fields whose text is a quantity, by the names that lead to them. */
const quantityPaths = [
  /\/resources\/(?:limits|requests)\/[^/]+$/,
  /^\/spec\/capacity\/[^/]+$/,
  /^\/spec\/hard\/[^/]+$/,
  /\/emptyDir\/sizeLimit$/,
  /\/limits\/[^/]+\/(?:max|min|default|defaultRequest|maxLimitRequestRatio)\/[^/]+$/,
  /\/target\/(?:averageValue|value)$/,
  /\/overhead\/[^/]+$/,
  /\/resourceFieldRef\/divisor$/,
]

/** API groups whose `interval`, `timeout` and the like are Go durations. */
const durationGroups =
  /^(?:[a-z0-9.-]*\.)?(?:fluxcd\.io|cert-manager\.io|coreos\.com|gateway\.networking\.k8s\.io)\//
const durationField =
  /(?:^|[a-z])(?:[iI]nterval|[tT]imeout|[dD]uration|renewBefore|[rR]etryAfter|request|backendRequest)$/

/** True when two unequal scalars mean the same to the API server: `1000m` and `1` CPU, `300s` and `5m` of an interval. */
export function meansTheSame(path: string, apiVersion: string, before: Json, after: Json): boolean {
  if (!isText(before) || !isText(after)) return false
  if (quantityPaths.some((pattern) => pattern.test(path)))
    return isSameQuantity(String(before), String(after))
  if (typeof before !== 'string' || typeof after !== 'string') return false
  if (!durationGroups.test(apiVersion) || !durationField.test(path.slice(path.lastIndexOf('/') + 1)))
    return false
  const [left, right] = [nanoseconds(before), nanoseconds(after)]
  return left !== undefined && left === right
}

function isText(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** Nanoseconds of a Go duration: https://pkg.go.dev/time#ParseDuration */
function nanoseconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  const units: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 }
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  )
}
