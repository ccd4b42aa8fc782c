import type { Lineage } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'

/** What reading an object needs to know of the deployment that is followed. */
export interface Followed {
  /** The merge commit. */
  readonly commit: string
  /** ISO 8601. */
  readonly mergedAt: string
  /** ISO 8601: the instant of the observation. */
  readonly now: string
  readonly lineage: Lineage
  /** This object was seen healthy with the change in it: from then on it can only degrade. */
  readonly wasHealthy?: boolean | undefined
  /** How the object stood before the merge, where it was seen. */
  readonly before?: 'healthy' | 'broken' | undefined
  /** What the object applies is the same before and after the merge: nothing will be applied again. */
  readonly unchanged?: boolean | undefined
}

/** The object that applied another one: what Flux's labels `kustomize.toolkit.fluxcd.io/name` name. */
export interface Carrier {
  readonly reading: ObjectReading
  /** The carrier has applied a revision with the change in it. */
  readonly applied: boolean
  /** ISO 8601: when that was first seen. */
  readonly appliedAt?: string | undefined
}

/** Became broken with the change, or had been so before: nobody is blamed for what was broken already. */
export function blame(
  followed: Followed,
  since: string | undefined,
): 'failed' | 'degraded' | 'failed-before-this-change' {
  if (followed.wasHealthy === true) return 'degraded'
  const time = since === undefined ? NaN : Date.parse(since)
  if (followed.before === 'healthy') return 'failed'
  if (followed.before === 'broken' || time < Date.parse(followed.mergedAt)) return 'failed-before-this-change'
  return 'failed'
}
