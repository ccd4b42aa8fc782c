import { apiVersionEnds, type ApiVersionEnd } from './api-version-ends.ts'

const byVersion = Map.groupBy(apiVersionEnds, ({ apiVersion }) => apiVersion)

/** The end of an API version for a kind; undefined: none is known. */
export function endOf(apiVersion: string, kind: string): ApiVersionEnd | undefined {
  return byVersion.get(apiVersion)?.find(({ kinds }) => kinds.includes(kind))
}

/** `1.34` is 34. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? Number.NaN)
}
