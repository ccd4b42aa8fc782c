import { briefly, jsonAt, listAt, textAt } from './json-at.ts'
import { blame, type Followed } from './followed.ts'
import { covers, relationOf, revisionOf, type Relation } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'
import { sameRepository } from './same-repository.ts'

/**
 * What an Argo CD `Application` says about the followed commit. The order of the questions is the meaning: what was compared
 * (`status.sync`) and what was applied (`status.operationState`) are two things, and health may be older than both.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/health/ · https://github.com/argoproj/argo-cd/blob/master/pkg/apis/application/v1alpha1/types.go
 */
export function readApplication(object: unknown, followed: Followed, repository: string): ObjectReading {
  const error = listAt(object, 'status', 'conditions').find((each) =>
    ['ComparisonError', 'InvalidSpecError'].includes(textAt(each, 'type') ?? ''),
  )
  if (error !== undefined) {
    const since = textAt(error, 'lastTransitionTime')
    const message = briefly(textAt(error, 'message'))
    return { state: blame(followed, since), sentence: `cannot be compared: ${message}`, since }
  }
  const compared = comparedRevision(object, repository)
  const relation = relationOf(followed.lineage, compared)
  const phase = textAt(object, 'status', 'operationState', 'phase')
  if (phase === 'Failed' || phase === 'Error') {
    const failure = readFailedSync(object, followed, repository, relation)
    if (failure !== undefined) return failure
  }
  const seen = compared === undefined ? {} : { revision: compared }
  if (followed.wasHealthy === true && hasGoneBack(object, followed, repository))
    return {
      state: 'rolled-back-in-cluster',
      sentence: 'was rolled back in Argo CD to a revision from before it',
      ...seen,
    }
  if (!covers(relation)) return { ...notCovered(relation, compared), ...seen }
  if (jsonAt(object, 'operation') !== undefined || phase === 'Running' || phase === 'Terminating')
    return { state: 'progressing', sentence: 'is being synced', ...seen }
  if (textAt(object, 'status', 'sync', 'status') !== 'Synced')
    return {
      state: 'waiting',
      sentence: 'has seen it and is not synced (manual sync, or a sync window)',
      ...seen,
    }
  if (isHealthStale(object))
    return { state: 'progressing', sentence: 'is synced; its health is older than the sync', ...seen }
  return { ...readHealth(object, followed), ...seen }
}

function readFailedSync(
  object: unknown,
  followed: Followed,
  repository: string,
  compared: Relation,
): ObjectReading | undefined {
  const state = jsonAt(object, 'status', 'operationState')
  // A sync that fails early names no result: what it was asked to apply says which commit it was. https://github.com/argoproj/argo-cd/issues/29575
  const revision =
    ownRevision(jsonAt(state, 'syncResult'), object, repository) ??
    ownRevision(jsonAt(state, 'operation', 'sync'), object, repository)
  const startedAt = textAt(state, 'startedAt')
  const isOurs =
    revision === undefined
      ? covers(compared) && Date.parse(startedAt ?? '') >= Date.parse(followed.mergedAt)
      : covers(relationOf(followed.lineage, revision))
  if (!isOurs) return undefined
  const message = briefly(textAt(state, 'message'))
  return {
    state: followed.wasHealthy === true ? 'degraded' : 'failed',
    sentence: `could not be synced: ${message === '' ? 'Argo CD gives no reason' : message}`,
    since: textAt(state, 'finishedAt'),
    ...(revision === undefined ? {} : { revision }),
  }
}

/** A rollback in Argo CD applies an older revision, while what is compared stays the newest. */
function hasGoneBack(object: unknown, followed: Followed, repository: string): boolean {
  const state = jsonAt(object, 'status', 'operationState')
  if (textAt(state, 'phase') !== 'Succeeded') return false
  const applied = ownRevision(jsonAt(state, 'syncResult'), object, repository)
  const finishedAt = Date.parse(textAt(state, 'finishedAt') ?? '')
  return relationOf(followed.lineage, applied) === 'before' && finishedAt >= Date.parse(followed.mergedAt)
}

/** The commit of our repository that Argo CD compared last; with a source hydrator the one that was hydrated. */
function comparedRevision(object: unknown, repository: string): string | undefined {
  if (jsonAt(object, 'spec', 'sourceHydrator') !== undefined) {
    const done = jsonAt(object, 'status', 'sourceHydrator', 'lastSuccessfulOperation')
    const hydrated = textAt(done, 'hydratedSHA')
    const synced = textAt(object, 'status', 'sync', 'revision')
    return hydrated !== undefined && hydrated === synced ? revisionOf(textAt(done, 'drySHA')) : undefined
  }
  return ownRevision(jsonAt(object, 'status', 'sync'), object, repository)
}

/** `revision`, or of `revisions` the one whose source is our repository. */
function ownRevision(from: unknown, object: unknown, repository: string): string | undefined {
  const sources = listAt(object, 'spec', 'sources')
  if (sources.length === 0) return revisionOf(textAt(from, 'revision'))
  const revisions = listAt(from, 'revisions')
  const index = sources.findIndex((each) => sameRepository(textAt(each, 'repoURL'), repository))
  const found = revisions[index]
  return typeof found === 'string' ? revisionOf(found) : undefined
}

function notCovered(relation: Relation, revision: string | undefined): ObjectReading {
  if (relation === 'reverted')
    return { state: 'superseded', sentence: 'runs a revision that took this change back' }
  const at = revision === undefined ? '' : `; it is at ${revision.slice(0, 7)}`
  return { state: 'waiting', sentence: `has not seen it yet${at}` }
}

/** Health and sync are found by two loops: one that has not looked since the sync ended still tells of what was before. */
function isHealthStale(object: unknown): boolean {
  const finishedAt = textAt(object, 'status', 'operationState', 'finishedAt')
  if (finishedAt === undefined) return false
  const reconciledAt = textAt(object, 'status', 'reconciledAt')
  return reconciledAt === undefined || Date.parse(reconciledAt) < Date.parse(finishedAt)
}

function readHealth(object: unknown, followed: Followed): ObjectReading {
  const since = textAt(object, 'status', 'health', 'lastTransitionTime')
  const message = briefly(textAt(object, 'status', 'health', 'message'))
  const because = message === '' ? '' : `: ${message}`
  const health = textAt(object, 'status', 'health', 'status')
  switch (health) {
    case 'Healthy':
      return { state: 'healthy', sentence: 'is synced and healthy', since }
    case 'Progressing':
      return { state: 'progressing', sentence: `is synced and still progressing${because}`, since }
    case 'Suspended':
      return { state: 'progressing', sentence: `is synced and paused${because}`, since }
    case 'Degraded':
    case 'Missing': {
      const state = blame(followed, since)
      const already = state === 'failed-before-this-change' ? ', as it was before this change' : ''
      return { state, sentence: `is ${health.toLowerCase()}${already}${because}`, since }
    }
    default:
      return {
        state: 'applied-health-unknown',
        sentence: 'is synced; Argo CD does not know its health',
        since,
      }
  }
}
