import { objectKey } from './observation.ts'
import { rolloutStates, type RolloutState } from './rollout-state.ts'
import type { ObjectRecord, Rollout } from './rollout.ts'

/** Of several objects the one that decides for all, worst first. */
const order: readonly RolloutState[] = [
  'failed',
  'rolled-back-in-cluster',
  'degraded',
  'timed-out',
  'failed-before-this-change',
  'superseded',
  'waiting-gate',
  'waiting',
  'progressing',
  'applied-health-unknown',
  'healthy',
]

/** The state of an environment, with its sentence, from all its objects in all its clusters. */
export function combine(objects: readonly ObjectRecord[]): Pick<Rollout, 'state' | 'sentence'> {
  const worst = order.find((state) => objects.some((each) => each.state === state))
  if (worst === undefined)
    return { state: 'waiting', sentence: 'waits for the deployer; nothing was seen of it yet' }
  const deciding = objects.filter((each) => each.state === worst)
  const [first] = deciding
  if (first === undefined) return { state: 'waiting', sentence: 'waits for the deployer' }
  const clusters = new Set(objects.map(({ cluster }) => cluster).filter((each) => each !== ''))
  if (worst === 'healthy') {
    const where = clusters.size > 1 ? ` in ${clusters.size} clusters` : ''
    return {
      state: worst,
      sentence: `healthy${where}: ${objectKey(first)} ${first.sentence}${others(objects.length - 1)}`,
    }
  }
  const hit = new Set(deciding.map(({ cluster }) => cluster))
  const share = clusters.size > 1 ? ` in ${hit.size} of ${clusters.size} clusters` : ''
  return {
    state: worst,
    sentence: `${stateWords[worst]}${share}: ${objectKey(first)} ${first.sentence}${others(deciding.length - 1)}`,
  }
}

function others(count: number): string {
  return count <= 0 ? '' : ` (and ${count} more)`
}

/** The states as people read them. */
export const stateWords: Readonly<Record<RolloutState, string>> = {
  healthy: 'healthy',
  'applied-health-unknown': 'applied, health unknown',
  progressing: 'progressing',
  waiting: 'waiting',
  'waiting-gate': 'waiting at a gate',
  superseded: 'superseded',
  'failed-before-this-change': 'failing since before this change',
  degraded: 'degraded',
  'rolled-back-in-cluster': 'rolled back in the cluster',
  failed: 'failed',
  'timed-out': 'timed out',
}

export function isRolloutState(text: string): text is RolloutState {
  return (rolloutStates as readonly string[]).includes(text)
}
