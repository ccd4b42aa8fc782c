import { conditionOf, isObserved } from './condition.ts'
import { blame, type Carrier, type Followed } from './followed.ts'
import { briefly, jsonAt, listAt, numberAt, textAt } from './json-at.ts'
import type { ObjectReading } from './rollout-state.ts'

/**
 * What a Flux `HelmRelease` says. Its revisions are versions of charts, not commits: the commit is known through the `Kustomization`
 * that applied it (`carrier`); without one nothing can be said. https://fluxcd.io/flux/components/helm/helmreleases/#helmrelease-status
 */
export function readHelmRelease(
  object: unknown,
  followed: Followed,
  carrier: Carrier | undefined,
): ObjectReading {
  if (carrier === undefined)
    return {
      state: 'waiting',
      sentence: 'does not say which commit it is made from, and what applied it was not seen',
    }
  if (!carrier.applied) return { state: 'waiting', sentence: 'waits for the Kustomization that applies it' }
  if (jsonAt(object, 'spec', 'suspend') === true)
    return { state: 'waiting', sentence: 'is suspended; `flux resume helmrelease` lets it go on' }
  const ready = conditionOf(object, 'Ready')
  const since = ready?.lastTransitionTime
  if (!isObserved(object))
    return { state: 'progressing', sentence: 'has a new specification that is not looked at yet' }

  const remediated = conditionOf(object, 'Remediated')
  if (remediated?.status === 'True') {
    const failed = releaseName(listAt(object, 'status', 'history')[0])
    return {
      state: 'rolled-back-in-cluster',
      sentence: `was taken back by Flux (${remediated.reason}): ${briefly(remediated.message)}${failed}`,
      since: remediated.lastTransitionTime,
    }
  }
  if (ready?.reason === 'DependencyNotReady')
    return { state: 'waiting', sentence: `waits for what it depends on: ${briefly(ready.message)}`, since }
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True')
    return {
      state: blame(followed, since),
      sentence: `is stalled (${stalled.reason}): ${briefly(stalled.message)}`,
      since,
    }
  if (
    conditionOf(object, 'Reconciling')?.status === 'True' ||
    ready === undefined ||
    ready.status === 'Unknown'
  )
    return { state: 'progressing', sentence: 'is being released', since }
  if (ready.status === 'False')
    return {
      state: blame(followed, since),
      sentence: `fails (${ready.reason}): ${briefly(ready.message)}`,
      since,
    }
  const test = conditionOf(object, 'TestSuccess')
  if (test?.status === 'False')
    return {
      state: blame(followed, test.lastTransitionTime),
      sentence: `fails its tests: ${briefly(test.message)}`,
      since,
    }
  const newest = listAt(object, 'status', 'history')[0]
  if (textAt(newest, 'status') !== 'deployed' || conditionOf(object, 'Released')?.status !== 'True')
    return { state: 'progressing', sentence: 'is being released', since }
  return { state: 'healthy', sentence: `is released${releaseName(newest)}`, since }
}

function releaseName(release: unknown): string {
  const chart = textAt(release, 'chartVersion')
  const version = numberAt(release, 'version')
  if (chart === undefined) return ''
  return `; chart ${chart}${version === undefined ? '' : `, release ${version}`}`
}
