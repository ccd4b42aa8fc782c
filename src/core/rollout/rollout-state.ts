/** Where a deployment is. Public words: stored, shown, and part of the API. */
export const rolloutStates = [
  'healthy',
  'applied-health-unknown',
  'progressing',
  'waiting',
  'waiting-gate',
  'superseded',
  'failed-before-this-change',
  'degraded',
  'rolled-back-in-cluster',
  'failed',
  'timed-out',
] as const
export type RolloutState = (typeof rolloutStates)[number]

/** Nothing more is expected; the next deployment may go. A degraded one was healthy once and has ended as a deployment too. */
const ended: readonly RolloutState[] = [
  'healthy',
  'superseded',
  'failed-before-this-change',
  'degraded',
  'rolled-back-in-cluster',
  'failed',
  'timed-out',
]

export function hasEnded(state: RolloutState): boolean {
  return ended.includes(state)
}

/** What this change itself broke: a revert is in order. */
const broken: readonly RolloutState[] = ['failed', 'degraded', 'rolled-back-in-cluster']

export function isBroken(state: RolloutState): boolean {
  return broken.includes(state)
}

/** How far a canary is. Weights in percent of the traffic. */
export interface CanaryProgress {
  readonly phase: string
  readonly weight?: number | undefined
  readonly failedChecks?: number | undefined
  readonly iterations?: number | undefined
}

/** What one object of a deployer says about the followed commit. */
export interface ObjectReading {
  readonly state: RolloutState
  /** A clause without markup that can follow the object's name: `waits for the canary gate`. */
  readonly sentence: string
  /** The commit that the object says it has applied, where it says one. */
  readonly revision?: string | undefined
  readonly canary?: CanaryProgress | undefined
  /** ISO 8601: since when the object is in this state, where it says so. */
  readonly since?: string | undefined
}
