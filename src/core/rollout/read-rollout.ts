import { conditionOf } from './condition.ts'
import { blame, type Carrier, type Followed } from './followed.ts'
import { briefly, jsonAt, listAt, numberAt, textAt } from './json-at.ts'
import type { ObjectReading } from './rollout-state.ts'

/** Reasons of a pause that end by themselves after `duration`; every other one waits for somebody. */
const timed = 'CanaryPauseStep'

/**
 * What an Argo `Rollout` says. Its phase speaks of `status.observedGeneration`, which is a string there.
 * https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export function readRollout(
  object: unknown,
  followed: Followed,
  carrier: Carrier | undefined,
): ObjectReading {
  const phase = textAt(object, 'status', 'phase') ?? ''
  const canary = { phase, weight: numberAt(object, 'status', 'canary', 'weights', 'canary', 'weight') }
  if (carrier !== undefined && !carrier.applied)
    return { state: 'waiting', sentence: 'waits for what applies it', canary }
  if (!isRolloutObserved(object))
    return { state: 'progressing', sentence: 'has a new specification that is not looked at yet', canary }
  const invalid = conditionOf(object, 'InvalidSpec')
  if (invalid?.status === 'True')
    return {
      state: blame(followed, invalid.lastTransitionTime),
      sentence: `is invalid: ${briefly(invalid.message)}`,
      canary,
    }
  const message = briefly(textAt(object, 'status', 'message'))
  const because = message === '' ? '' : `: ${message}`
  if (jsonAt(object, 'status', 'abort') === true) {
    const since = textAt(object, 'status', 'abortedAt')
    return {
      state: 'rolled-back-in-cluster',
      sentence: `was aborted; the stable version has the traffic${because}`,
      canary,
      since,
    }
  }
  switch (phase) {
    case 'Healthy':
      return isPromoted(object)
        ? { state: 'healthy', sentence: 'is fully promoted', canary }
        : { state: 'progressing', sentence: 'is not fully promoted yet', canary }
    case 'Paused':
      return { ...readPause(object), canary }
    case 'Degraded': {
      const since = conditionOf(object, 'Progressing')?.lastTransitionTime
      return { state: blame(followed, since), sentence: `is degraded${because}`, canary, since }
    }
    default:
      return { state: 'progressing', sentence: `is progressing${step(object)}${because}`, canary }
  }
}

function readPause(object: unknown): ObjectReading {
  const reason = textAt(listAt(object, 'status', 'pauseConditions')[0], 'reason') ?? 'by hand'
  const index = numberAt(object, 'status', 'currentStepIndex')
  const current =
    index === undefined ? undefined : listAt(object, 'spec', 'strategy', 'canary', 'steps')[index]
  const duration = jsonAt(current, 'pause', 'duration')
  if (reason === timed && (typeof duration === 'string' || typeof duration === 'number'))
    return { state: 'progressing', sentence: `is paused for ${duration}${step(object)}` }
  return {
    state: 'waiting-gate',
    sentence: `is paused (${reason})${step(object)}; it waits for somebody to promote it`,
  }
}

function step(object: unknown): string {
  const index = numberAt(object, 'status', 'currentStepIndex')
  const steps = listAt(object, 'spec', 'strategy', 'canary', 'steps').length
  return index === undefined || steps === 0 ? '' : `, step ${Math.min(index + 1, steps)} of ${steps}`
}

function isPromoted(object: unknown): boolean {
  const stable = textAt(object, 'status', 'stableRS')
  return stable !== undefined && stable === textAt(object, 'status', 'currentPodHash')
}

function isRolloutObserved(object: unknown): boolean {
  const generation = numberAt(object, 'metadata', 'generation')
  if (generation !== undefined && Number(jsonAt(object, 'status', 'observedGeneration')) !== generation)
    return false
  const workload = textAt(object, 'status', 'workloadObservedGeneration')
  const asked = textAt(object, 'metadata', 'annotations', 'rollout.argoproj.io/workload-generation')
  return asked === undefined || workload === undefined || workload === asked
}
