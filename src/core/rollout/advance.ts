import { writeDuration } from '../policy/duration.ts'
import { combine } from './combine.ts'
import type { Lineage } from './lineage.ts'
import type { Deployed } from './match-object.ts'
import type { Observation } from './observation.ts'
import { readObservations } from './read-observations.ts'
import { hasEnded, isBroken } from './rollout-state.ts'
import type { ObjectRecord, Rollout } from './rollout.ts'

/** What judging a deployment needs besides what was seen. */
export interface RolloutContext {
  readonly commit: string
  readonly pull: number
  /** ISO 8601. */
  readonly mergedAt: string
  /** ISO 8601: the instant of the judgement. */
  readonly now: string
  readonly timeoutMs: number
  readonly lineage: Lineage
  readonly deployed: Deployed
  /** Names of statuses on GitHub that mean health, patterns with `*`. */
  readonly statuses: readonly string[]
  /** Objects of the repository at the merge commit whose specification makes Flux look at health, as `namespace/name`. */
  readonly assessed: readonly string[]
  /** Clusters whose objects were all listed in this observation: what is not among them is not there. */
  readonly listed: readonly string[]
  /** A later deployment of the same environment: what goes wrong from there on is not this one's. */
  readonly next?: { readonly pull: number; readonly commit: string } | undefined
  /** Nothing of the environment's rendering differs: nothing will be applied again. */
  readonly unchanged?: boolean | undefined
}

/** News older than this stops the clock of the soak: nobody knows whether it was healthy in between. */
export const newsGapMs = 15 * 60_000

/** One step of the state machine: the deployment as it was, and what was seen since, give the deployment as it is. Pure. */
export function advance(
  before: Rollout,
  observations: readonly Observation[],
  context: RolloutContext,
): Rollout {
  const objects = readObservations(before, observations, context)
  const judged = judge(before, objects, context)
  const changed = judged.state !== before.state
  const healthy = judged.state === 'healthy'
  const ended = hasEnded(judged.state)
  return {
    ...judged,
    since: changed ? context.now : before.since,
    objects,
    stood: before.stood,
    ...(healthy || before.firstHealthyAt !== undefined
      ? { firstHealthyAt: before.firstHealthyAt ?? context.now }
      : {}),
    soak: healthy ? soakOf(before, objects) : { healthyMs: 0 },
    ...(ended ? { endedAt: changed || before.endedAt === undefined ? context.now : before.endedAt } : {}),
  }
}

function judge(
  before: Rollout,
  objects: readonly ObjectRecord[],
  context: RolloutContext,
): Pick<Rollout, 'state' | 'sentence'> {
  const found = combine(objects)
  const { next } = context
  // Once broken it stays so in the history, also when Git takes the change back afterwards.
  if (found.state === 'superseded' && (isBroken(before.state) || before.state === 'timed-out'))
    return { state: before.state, sentence: before.sentence }
  if (next !== undefined && !isBroken(before.state) && isNextTo(objects, next.commit, found.state))
    return { state: 'superseded', sentence: `superseded by #${next.pull}, which is deployed on top of it` }
  if (hasEnded(found.state) || found.state === 'waiting-gate' || found.state === 'applied-health-unknown')
    return found
  const deadline = Date.parse(context.mergedAt) + context.timeoutMs
  if (Date.parse(context.now) < deadline) return found
  return {
    state: 'timed-out',
    sentence: `timed out after ${writeDuration(context.timeoutMs)}; ${found.sentence}`,
  }
}

/** The cluster has gone on to the next deployment, and what is not well there cannot be told apart any more. */
function isNextTo(objects: readonly ObjectRecord[], commit: string, state: Rollout['state']): boolean {
  return state !== 'healthy' && objects.some(({ revision }) => revision === commit)
}

/** Time between two pieces of news, both healthy, counts; a longer silence does not. */
function soakOf(before: Rollout, objects: readonly ObjectRecord[]): Rollout['soak'] {
  const seen = objects.map(({ seenAt }) => Date.parse(seenAt ?? ''))
  const newest = Math.min(...seen)
  if (!Number.isFinite(newest)) return before.soak
  const to = new Date(newest).toISOString()
  const from = before.state === 'healthy' ? before.soak.countedTo : undefined
  if (from === undefined) return { healthyMs: 0, countedTo: to }
  const gap = newest - Date.parse(from)
  if (gap <= 0) return before.soak
  return { healthyMs: before.soak.healthyMs + (gap <= newsGapMs ? gap : 0), countedTo: to }
}

/**
 * Since when the environment counts as healthy (ISO 8601), such that the time up to `now` is the time soaked: while news is missing
 * the instant moves along with `now`. Undefined: it is not healthy.
 */
export function healthySince({ state, soak }: Rollout, now: string): string | undefined {
  if (state !== 'healthy') return undefined
  const counted = Date.parse(soak.countedTo ?? now)
  const silence = Date.parse(now) - counted
  const to = silence > newsGapMs ? Date.parse(now) : counted
  return new Date(to - soak.healthyMs).toISOString()
}
