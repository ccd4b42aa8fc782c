import { conditionOf, isObserved, type Condition } from './condition.ts'
import { blame, type Followed } from './followed.ts'
import { briefly, jsonAt, listAt, textAt } from './json-at.ts'
import { covers, relationOf, revisionOf } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'

/**
 * What a Flux `Kustomization` says about the followed commit. Success is Ready for the current generation with everything attempted
 * applied; health is known only where `wait` or health checks make Flux look.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomization-status
 */
export function readKustomization(object: unknown, followed: Followed): ObjectReading {
  const applied =
    revisionFrom(object, 'lastAppliedOriginRevision') ?? revisionFrom(object, 'lastAppliedRevision')
  const attempted = revisionFrom(object, 'lastAttemptedRevision')
  const appliedRelation = relationOf(followed.lineage, applied)
  const isAttempted = covers(relationOf(followed.lineage, attempted)) || covers(appliedRelation)
  const ready = conditionOf(object, 'Ready')
  const seen = { ...(applied === undefined ? {} : { revision: applied }), since: ready?.lastTransitionTime }

  if (appliedRelation === 'reverted')
    return { state: 'superseded', sentence: 'runs a revision that took this change back', ...seen }
  if (jsonAt(object, 'spec', 'suspend') === true && !isHealthyNow(object, ready, covers(appliedRelation)))
    return { state: 'waiting', sentence: 'is suspended; `flux resume kustomization` lets it go on', ...seen }
  if (!isAttempted) {
    const at = applied === undefined ? '' : `; it is at ${applied.slice(0, 7)}`
    const failing =
      ready?.status === 'False' && ready.reason !== 'DependencyNotReady' ? ', where it fails' : ''
    return { state: 'waiting', sentence: `has not seen it yet${at}${failing}`, ...seen }
  }
  if (!isObserved(object) || !isCurrent(object, ready))
    return { state: 'progressing', sentence: 'is being reconciled', ...seen }
  if (ready?.status === 'False') return { ...readNotReady(object, followed, ready), ...seen }
  if (conditionOf(object, 'Reconciling')?.status === 'True' || ready?.status !== 'True')
    return { state: 'progressing', sentence: progress(object), ...seen }
  if (
    !covers(appliedRelation) ||
    textAt(object, 'status', 'lastAppliedRevision') !== textAt(object, 'status', 'lastAttemptedRevision')
  )
    return { state: 'progressing', sentence: 'is applying it', ...seen }
  if (!isHealthAssessed(object))
    return {
      state: 'applied-health-unknown',
      sentence: 'has applied it; it neither waits nor has health checks, so its health is not known',
      ...seen,
    }
  return { state: 'healthy', sentence: 'has applied it, and its health checks pass', ...seen }
}

/** Whether Flux looks at the health of what it applies at all. */
export function isHealthAssessed(object: unknown): boolean {
  return jsonAt(object, 'spec', 'wait') === true || listAt(object, 'spec', 'healthChecks').length > 0
}

/** Whether the object has applied a revision with the change in it: what it carries may be read from then on. */
export function hasApplied(object: unknown, followed: Followed): boolean {
  const applied =
    revisionFrom(object, 'lastAppliedOriginRevision') ?? revisionFrom(object, 'lastAppliedRevision')
  return covers(relationOf(followed.lineage, applied))
}

function readNotReady(object: unknown, followed: Followed, ready: Condition): ObjectReading {
  const message = briefly(ready.message)
  if (ready.reason === 'DependencyNotReady')
    return { state: 'waiting', sentence: `waits for what it depends on: ${message}` }
  const stalled = conditionOf(object, 'Stalled')?.status === 'True'
  const retrying = conditionOf(object, 'Reconciling')?.reason === 'ProgressingWithRetry'
  const reconciling = conditionOf(object, 'Reconciling')?.status === 'True'
  if (reconciling && !retrying && !stalled) return { state: 'progressing', sentence: progress(object) }
  const state = blame(followed, ready.lastTransitionTime)
  return { state, sentence: `fails (${ready.reason || 'no reason given'}): ${message}` }
}

function progress(object: unknown): string {
  const message = briefly(conditionOf(object, 'Reconciling')?.message)
  return message === '' ? 'is being reconciled' : `is being reconciled: ${message}`
}

function isCurrent(object: unknown, ready: Condition | undefined): boolean {
  const generation = jsonAt(object, 'metadata', 'generation')
  return (
    typeof generation !== 'number' ||
    ready?.observedGeneration === undefined ||
    ready.observedGeneration >= generation
  )
}

function isHealthyNow(object: unknown, ready: Condition | undefined, applied: boolean): boolean {
  return applied && ready?.status === 'True' && isCurrent(object, ready)
}

function revisionFrom(object: unknown, field: string): string | undefined {
  return revisionOf(textAt(object, 'status', field))
}
