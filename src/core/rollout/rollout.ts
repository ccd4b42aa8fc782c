import { objectKey, type ObjectName } from './observation.ts'
import { isBroken, type CanaryProgress, type RolloutState } from './rollout-state.ts'

/** One object of a deployment, as last read. */
export interface ObjectRecord extends ObjectName {
  readonly state: RolloutState
  /** A clause that can follow the object's name. */
  readonly sentence: string
  readonly revision?: string | undefined
  readonly canary?: CanaryProgress | undefined
  /** ISO 8601: since when it is in this state, by its own word or by ours. */
  readonly since: string
  /** ISO 8601: when it was last seen. Absent: expected, and not seen yet. */
  readonly seenAt?: string | undefined
  /** It was healthy with the change in it. */
  readonly wasHealthy?: boolean | undefined
  /** ISO 8601: when it was first seen to have applied the change. */
  readonly appliedAt?: string | undefined
}

/** Where one deployment is: a merge commit on its way to one environment. Evidence: all of it can be observed again. */
export interface Rollout {
  readonly state: RolloutState
  /** What a person reads after the name of the environment. No markup. */
  readonly sentence: string
  /** ISO 8601: since when it is in this state. */
  readonly since: string
  readonly objects: readonly ObjectRecord[]
  /** How objects stood before the merge, by `objectKey`: what was broken already is not blamed on this change. */
  readonly stood: Readonly<Record<string, 'healthy' | 'broken'>>
  readonly firstHealthyAt?: string | undefined
  /** Time spent healthy without interruption, in milliseconds, counted up to the newest news. */
  readonly soak: { readonly healthyMs: number; readonly countedTo?: string | undefined }
  /** ISO 8601: when it ended, in whichever way, the last time. */
  readonly endedAt?: string | undefined
}

/** A deployment of which nothing was seen yet; `previous` is the one before it in the same environment. */
export function newRollout(mergedAt: string, previous: Rollout | undefined): Rollout {
  const stood: Record<string, 'healthy' | 'broken'> = {}
  for (const object of previous?.objects ?? []) {
    if (object.seenAt === undefined) continue
    if (object.state === 'healthy') stood[objectKey(object)] = 'healthy'
    if (isBroken(object.state) || object.state === 'failed-before-this-change')
      stood[objectKey(object)] = 'broken'
  }
  return {
    state: 'waiting',
    sentence: 'waits for the deployer',
    since: mergedAt,
    objects: [],
    stood,
    soak: { healthyMs: 0 },
  }
}
