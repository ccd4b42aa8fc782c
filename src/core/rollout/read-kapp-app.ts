import { conditionOf, isObserved } from './condition.ts'
import { blame, type Followed } from './followed.ts'
import { briefly, jsonAt, textAt } from './json-at.ts'
import { covers, relationOf } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'

/**
 * What a kapp-controller `App` says. It has no field for the revision: the lock file that vendir prints while fetching names the commit.
 * https://carvel.dev/kapp-controller/docs/latest/app-spec/
 */
export function readKappApp(object: unknown, followed: Followed): ObjectReading {
  const revision = fetchedRevision(object)
  const seen = revision === undefined ? {} : { revision }
  const relation = relationOf(followed.lineage, revision)
  if (relation === 'reverted')
    return { state: 'superseded', sentence: 'runs a revision that took this change back', ...seen }
  if (jsonAt(object, 'spec', 'paused') === true) return { state: 'waiting', sentence: 'is paused', ...seen }
  if (!covers(relation)) {
    const at = revision === undefined ? '' : `; it is at ${revision.slice(0, 7)}`
    return { state: 'waiting', sentence: `has not seen it yet${at}`, ...seen }
  }
  const failed = conditionOf(object, 'ReconcileFailed')
  if (failed?.status === 'True') {
    const message = briefly(textAt(object, 'status', 'usefulErrorMessage') ?? failed.message)
    return { state: blame(followed, failed.lastTransitionTime), sentence: `fails: ${message}`, ...seen }
  }
  if (!isObserved(object) || conditionOf(object, 'ReconcileSucceeded')?.status !== 'True')
    return { state: 'progressing', sentence: 'is being reconciled', ...seen }
  // kapp waits for what it applies, unless it is told not to.
  return { state: 'healthy', sentence: 'is reconciled', ...seen }
}

function fetchedRevision(object: unknown): string | undefined {
  const lock = textAt(object, 'status', 'fetch', 'stdout') ?? ''
  return /\bsha:\s*([0-9a-f]{40})\b/i.exec(lock)?.[1]?.toLowerCase()
}
