import { matchesWildcard } from '../judge/wildcard.ts'
import type { RolloutContext } from './advance.ts'
import { hasApplied } from './read-kustomization.ts'
import type { Carrier, Followed } from './followed.ts'
import { textAt } from './json-at.ts'
import { appliesTarget, carriedKinds, carrierOf, isNamed, nameOf } from './match-object.ts'
import { objectKey, type ObjectName, type Observation } from './observation.ts'
import { sourceUrlsOf } from './source-urls.ts'
import { readFluxEvent } from './read-flux-event.ts'
import { readGitHubStatus } from './read-github-status.ts'
import { readObject } from './read-object.ts'
import type { ObjectReading } from './rollout-state.ts'
import type { ObjectRecord, Rollout } from './rollout.ts'
import { ownEntry } from '../own-entry.ts'

/** Every object that belongs to the deployment, as it is now: what was seen, on top of what was known, and what is expected and missing. */
export function readObservations(
  before: Rollout,
  observations: readonly Observation[],
  context: RolloutContext,
): readonly ObjectRecord[] {
  const known = before.objects.filter(({ seenAt }) => seenAt !== undefined)
  const records = new Map(known.map((record) => [objectKey(record), record]))
  const followedOf = (name: ObjectName): Followed => {
    const { commit, mergedAt, now, lineage, unchanged } = context
    const key = objectKey(name)
    const stood = ownEntry(before.stood, key)
    return {
      commit,
      mergedAt,
      now,
      lineage,
      unchanged,
      wasHealthy: records.get(key)?.wasHealthy,
      before: stood,
    }
  }
  const take = (name: ObjectName, at: string, reading: ObjectReading, applied: boolean): void => {
    const key = objectKey(name)
    records.set(key, toRecord(records.get(key), name, at, reading, applied))
  }
  const inOrder = [...observations].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const objects = inOrder.filter((each) => each.via === 'object')
  const sourceUrls = sourceUrlsOf(objects)

  for (const observation of inOrder) {
    if (observation.via === 'flux-event') {
      const name = { cluster: observation.cluster, ...observation.event.object }
      if (!isExpected(name, context, records)) continue
      const reading = readFluxEvent(observation.event, followedOf(name), {
        assessed: context.assessed.includes(`${name.namespace}/${name.name}`),
        pull: context.pull,
      })
      if (reading !== undefined && isNews(records.get(objectKey(name)), observation.at))
        take(name, observation.at, reading, reading.revision !== undefined)
    }
    if (observation.via === 'github') {
      const { status } = observation
      if (!context.statuses.some((pattern) => matchesWildcard(pattern, status.name))) continue
      const name = { cluster: '', kind: 'Status', namespace: '', name: status.name }
      const reading = readGitHubStatus(status, followedOf(name))
      if (reading !== undefined && isNews(records.get(objectKey(name)), observation.at))
        take(name, observation.at, reading, true)
    }
  }
  const seen = new Set<string>()
  for (const round of rounds) {
    for (const { cluster, at, object } of objects) {
      const name = nameOf(cluster, object)
      if (name === undefined || seen.has(objectKey(name))) continue
      if (context.deployed.clusters.length > 0 && !context.deployed.clusters.includes(cluster)) continue
      if (roundOf(name.kind) !== round) continue
      const carried = round !== 'applies'
      const carrier = carried ? carrierFor(cluster, object, records) : undefined
      const wanted = isNamed(context.deployed.objects, name)
      const applies =
        context.deployed.objects.length === 0 && appliesTarget(object, context.deployed, sourceUrls(cluster))
      if (!wanted && !applies && carrier === undefined) continue
      const followed = followedOf(name)
      const reading = readObject(object, followed, { repository: context.deployed.repository, carrier })
      if (reading === undefined) continue
      seen.add(objectKey(name))
      take(name, at, latch(followed, reading), isApplied(object, followed, reading, carrier))
    }
  }
  return [...markMissing(records, seen, context), ...missing(records, context)]
}

/** An autoscaler that adds a pod makes a healthy object progress for a moment: that is no news about the change. */
function latch(followed: Followed, reading: ObjectReading): ObjectReading {
  if (followed.wasHealthy !== true || reading.state !== 'progressing') return reading
  return { ...reading, state: 'healthy', sentence: `was healthy with it, and now ${reading.sentence}` }
}

function toRecord(
  before: ObjectRecord | undefined,
  name: ObjectName,
  at: string,
  reading: ObjectReading,
  applied: boolean,
): ObjectRecord {
  const { state, sentence, revision, canary } = reading
  const wasHealthy = before?.wasHealthy === true || state === 'healthy'
  const appliedAt = before?.appliedAt ?? (applied ? at : undefined)
  return {
    cluster: name.cluster,
    kind: name.kind,
    namespace: name.namespace,
    name: name.name,
    state,
    sentence,
    ...(revision === undefined ? {} : { revision }),
    ...(canary === undefined ? {} : { canary }),
    since: before !== undefined && before.state === state ? before.since : (reading.since ?? at),
    seenAt: at,
    ...(wasHealthy ? { wasHealthy } : {}),
    ...(appliedAt === undefined ? {} : { appliedAt }),
  }
}

function isApplied(
  object: unknown,
  followed: Followed,
  { state }: ObjectReading,
  carrier: Carrier | undefined,
): boolean {
  const kind = textAt(object, 'kind')
  if (kind === 'Kustomization') return hasApplied(object, followed)
  if (kind === 'Application') return state !== 'waiting' && state !== 'superseded' && !isSyncing(object)
  if (carrier !== undefined) return carrier.applied && state !== 'waiting'
  return state !== 'waiting' && state !== 'superseded'
}

function isSyncing(object: unknown): boolean {
  const phase = textAt(object, 'status', 'operationState', 'phase')
  return (
    phase === 'Running' || phase === 'Terminating' || textAt(object, 'status', 'sync', 'status') !== 'Synced'
  )
}

/** First what applies targets, then what was applied by it. */
const rounds = ['applies', 'releases', 'progresses'] as const

function roundOf(kind: string): (typeof rounds)[number] {
  if (!carriedKinds.includes(kind)) return 'applies'
  return kind === 'HelmRelease' ? 'releases' : 'progresses'
}

function carrierFor(
  cluster: string,
  object: unknown,
  records: ReadonlyMap<string, ObjectRecord>,
): Carrier | undefined {
  const name = carrierOf(cluster, object)
  if (name === undefined) return undefined
  const record =
    records.get(objectKey(name)) ??
    [...records.values()].find(
      (each) =>
        name.namespace === '' &&
        each.cluster === cluster &&
        each.kind === name.kind &&
        each.name === name.name,
    )
  if (record?.seenAt === undefined) return undefined
  return { reading: record, applied: record.appliedAt !== undefined, appliedAt: record.appliedAt }
}

/** An event says nothing of repository and path: it counts for objects that are known by name. */
function isExpected(
  name: ObjectName,
  { deployed }: RolloutContext,
  records: ReadonlyMap<string, ObjectRecord>,
): boolean {
  if (deployed.clusters.length > 0 && !deployed.clusters.includes(name.cluster)) return false
  return records.has(objectKey(name)) || isNamed([...deployed.objects, ...deployed.declared], name)
}

function isNews(record: ObjectRecord | undefined, at: string): boolean {
  return record?.seenAt === undefined || Date.parse(record.seenAt) <= Date.parse(at)
}

/** In a cluster that was listed completely, what was seen before and is not there any more. */
function markMissing(
  records: ReadonlyMap<string, ObjectRecord>,
  seen: ReadonlySet<string>,
  { listed, now }: RolloutContext,
): readonly ObjectRecord[] {
  return [...records].map(([key, record]) => {
    if (seen.has(key) || record.seenAt === undefined || !listed.includes(record.cluster)) return record
    const state = record.wasHealthy === true ? 'degraded' : 'waiting'
    const since = record.state === state ? record.since : now
    return { ...record, state, sentence: 'is not in the cluster any more', since }
  })
}

/** What the policy names and nobody has seen, and clusters that have nothing to show: waiting, never healthy. */
function missing(
  records: ReadonlyMap<string, ObjectRecord>,
  context: RolloutContext,
): readonly ObjectRecord[] {
  const { deployed, mergedAt, statuses } = context
  const clusters = deployed.clusters.length > 0 ? deployed.clusters : ['']
  const wanted = clusters.flatMap((cluster) =>
    deployed.objects.flatMap((text) => {
      const name = parseName(cluster, text)
      const isThere = [...records.values()].some(
        (each) => isNamed([text], each) && (cluster === '' || each.cluster === cluster),
      )
      return isThere || name === undefined ? [] : [name]
    }),
  )
  const silent =
    deployed.objects.length > 0 || deployed.clusters.length === 0
      ? []
      : deployed.clusters
          .filter((cluster) => ![...records.values()].some((each) => each.cluster === cluster))
          .map((cluster) => ({ cluster, kind: 'Cluster', namespace: '', name: cluster }))
  const unreported = statuses
    .filter(
      (pattern) =>
        ![...records.values()].some(({ kind, name }) => kind === 'Status' && matchesWildcard(pattern, name)),
    )
    .map((pattern) => ({ cluster: '', kind: 'Status', namespace: '', name: pattern }))
  return [...wanted, ...silent, ...unreported].map((name) => ({
    ...name,
    state: 'waiting',
    sentence: 'was not seen yet',
    since: mergedAt,
  }))
}

function parseName(cluster: string, text: string): ObjectName | undefined {
  const parts = text.trim().replace(/\s+/, '/').split('/')
  const [kind, second, third] = parts
  if (kind === undefined || second === undefined) return undefined
  return { cluster, kind, namespace: third === undefined ? '' : second, name: third ?? second }
}
