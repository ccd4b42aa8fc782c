import { describe, expect, test } from 'vitest'
import { advance, healthySince, newsGapMs, type RolloutContext } from '../../../src/core/rollout/advance.ts'
import type { Observation } from '../../../src/core/rollout/observation.ts'
import { parseFluxEvent, type FluxEvent } from '../../../src/core/rollout/read-flux-event.ts'
import { newRollout, type Rollout } from '../../../src/core/rollout/rollout.ts'
import {
  application,
  canary,
  condition,
  earlier,
  followed,
  gitRepository,
  helmRelease,
  kustomization,
  later,
  lay,
  merged,
  undone,
} from './objects.ts'

const context: RolloutContext = {
  commit: merged,
  pull: 12,
  mergedAt: followed.mergedAt,
  now: followed.now,
  timeoutMs: 20 * 60_000,
  lineage: followed.lineage,
  deployed: {
    repository: 'acme/shop',
    paths: ['deploy/production'],
    objects: [],
    declared: [],
    clusters: [],
  },
  statuses: [],
  assessed: [],
  listed: [],
}
const start = newRollout(followed.mergedAt, undefined)
const at = (minute: number, second = 0): string =>
  new Date(Date.UTC(2026, 2, 2, 10, minute, second)).toISOString()
const see = (object: unknown, minute: number, cluster = 'eu'): Observation => ({
  via: 'object',
  cluster,
  at: at(minute),
  object,
})
const step = (
  before: Rollout,
  minute: number,
  observations: readonly Observation[],
  more: Partial<RolloutContext> = {},
): Rollout => advance(before, observations, { ...context, now: at(minute), ...more })
const says = ({ state, sentence }: Rollout): string => `${state}: ${sentence}`

const degraded = lay(application, { status: { health: { status: 'Degraded' } } })
const progressing = lay(application, { status: { health: { status: 'Progressing' } } })

describe('a deployment', () => {
  test('waits while nothing is seen', () => {
    expect(says(step(start, 1, []))).toBe('waiting: waits for the deployer; nothing was seen of it yet')
  })
  test('is healthy when what applies its target is', () => {
    const rollout = step(start, 10, [see(application, 10)])
    expect(rollout).toStrictEqual({
      state: 'healthy',
      sentence: 'healthy: eu: Application argocd/web is synced and healthy',
      since: at(10),
      objects: [
        {
          cluster: 'eu',
          kind: 'Application',
          namespace: 'argocd',
          name: 'web',
          state: 'healthy',
          sentence: 'is synced and healthy',
          revision: merged,
          since: '2026-03-02T10:06:00Z',
          seenAt: at(10),
          wasHealthy: true,
          appliedAt: at(10),
        },
      ],
      stood: {},
      firstHealthyAt: at(10),
      soak: { healthyMs: 0, countedTo: at(10) },
      endedAt: at(10),
    })
  })
  test('leaves alone what applies something else', () => {
    const other = lay(application, { spec: { source: { path: 'deploy/staging' } } })
    const fork = lay(application, { spec: { source: { repoURL: 'https://github.com/acme/shop-two' } } })
    expect(step(start, 10, [see(other, 10), see(fork, 10)]).objects).toStrictEqual([])
  })
  test('finds a Kustomization through its source, in the same cluster only', () => {
    expect(says(step(start, 10, [see(kustomization, 10), see(gitRepository, 10)]))).toBe(
      'healthy: healthy: eu: Kustomization apps/web has applied it, and its health checks pass',
    )
    expect(step(start, 10, [see(kustomization, 10), see(gitRepository, 10, 'us')]).objects).toStrictEqual([])
  })
  test('follows a Canary that Flux calls ready', () => {
    const waiting = lay(canary, { status: { phase: 'WaitingPromotion', canaryWeight: 50 } })
    const rollout = step(start, 10, [see(waiting, 10), see(kustomization, 10), see(gitRepository, 10)])
    expect(says(rollout)).toBe(
      'waiting-gate: waiting at a gate: eu: Canary apps/web waits for its gate to be promoted',
    )
  })
  test('sees that Flux took a release back', () => {
    const release = lay(helmRelease, {
      status: {
        conditions: [
          condition('Ready', 'False', 'UpgradeFailed'),
          condition('Remediated', 'True', 'RollbackSucceeded', { message: 'went back' }),
        ],
        history: [],
      },
    })
    expect(step(start, 10, [see(release, 10), see(kustomization, 10), see(gitRepository, 10)]).state).toBe(
      'rolled-back-in-cluster',
    )
  })
  test('shows the one cluster that is not well', () => {
    const rollout = step(start, 10, [see(application, 10, 'eu'), see(degraded, 10, 'us')])
    expect(says(rollout)).toBe('failed: failed in 1 of 2 clusters: us: Application argocd/web is degraded')
  })
  test('waits for a cluster that the policy names', () => {
    const deployed = { ...context.deployed, clusters: ['eu', 'us'] }
    expect(says(step(start, 10, [see(application, 10)], { deployed }))).toBe(
      'waiting: waiting in 1 of 2 clusters: us: Cluster us was not seen yet',
    )
  })
  test('waits for an object that the policy names, and no longer once it is seen', () => {
    const deployed = { ...context.deployed, objects: ['Application argocd/web', 'Kustomization/apps/web'] }
    const waiting = step(start, 10, [see(application, 10)], { deployed })
    expect(says(waiting)).toBe('waiting: waiting: Kustomization apps/web was not seen yet')
    expect(step(waiting, 11, [see(kustomization, 11)], { deployed }).state).toBe('healthy')
  })
  test('times out, but not while it waits for people at a gate', () => {
    expect(says(step(start, 20, []))).toBe(
      'timed-out: timed out after 20m; waits for the deployer; nothing was seen of it yet',
    )
    const waiting = lay(canary, { status: { phase: 'Waiting' } })
    expect(step(start, 40, [see(waiting, 40), see(kustomization, 40), see(gitRepository, 40)]).state).toBe(
      'waiting-gate',
    )
    const late = step(step(start, 20, []), 25, [see(application, 25)])
    expect(late.state).toBe('healthy')
  })
  test('is not unsettled by an autoscaler', () => {
    const healthy = step(start, 10, [see(application, 10)])
    expect(says(step(healthy, 11, [see(progressing, 11)]))).toBe(
      'healthy: healthy: eu: Application argocd/web was healthy with it, and now is synced and still progressing',
    )
  })
  test('degrades after it was healthy, and blames nobody for what was broken before', () => {
    const healthy = step(start, 10, [see(application, 10)])
    expect(step(healthy, 11, [see(degraded, 11)]).state).toBe('degraded')
    const after = newRollout(at(12), step(start, 11, [see(degraded, 11)]))
    expect(step(after, 13, [see(degraded, 13)], { mergedAt: at(12) }).state).toBe('failed-before-this-change')
  })
  test('is superseded by a revert, and stays failed where it failed first', () => {
    const reverted = lay(application, { status: { sync: { revision: undone } } })
    expect(step(start, 10, [see(reverted, 10)]).state).toBe('superseded')
    const failed = step(start, 10, [see(degraded, 10)])
    expect(says(step(failed, 12, [see(reverted, 12)]))).toBe(says(failed))
  })
  test('is superseded when the next deployment is on top of it and not well', () => {
    const next = { pull: 13, commit: later }
    const onTop = lay(degraded, { status: { sync: { revision: later } } })
    expect(says(step(start, 10, [see(onTop, 10)], { next }))).toBe(
      'superseded: superseded by #13, which is deployed on top of it',
    )
    const well = lay(application, { status: { sync: { revision: later } } })
    expect(step(start, 10, [see(well, 10)], { next }).state).toBe('healthy')
  })
  test('notices that its object is gone from a cluster that was listed', () => {
    const healthy = step(start, 10, [see(application, 10)])
    expect(step(healthy, 11, []).state).toBe('healthy')
    expect(says(step(healthy, 11, [], { listed: ['eu'] }))).toBe(
      'degraded: degraded: eu: Application argocd/web is not in the cluster any more',
    )
  })
  test('stands where the same is seen twice, in any order', () => {
    const seen = [see(kustomization, 9), see(gitRepository, 9), see(application, 10)]
    const once = step(start, 10, seen)
    expect(step(once, 10, [...seen].reverse())).toStrictEqual(once)
  })
  test('takes statuses that the policy names', () => {
    const status = (state: string, sha = merged): Observation => ({
      via: 'github',
      at: at(5),
      status: { name: 'kustomization/apps/1a2b', sha, state, description: '', at: at(5) },
    })
    const statuses = ['kustomization/*']
    expect(step(start, 6, [], { statuses }).state).toBe('waiting')
    expect(step(start, 6, [status('success')], { statuses }).state).toBe('healthy')
    expect(step(start, 6, [status('failure')], { statuses }).state).toBe('failed')
    expect(step(start, 6, [status('success', earlier)], { statuses }).state).toBe('waiting')
    expect(step(start, 6, [status('success')], { statuses: ['other'] }).state).toBe('waiting')
  })
})

describe('soaking', () => {
  const healthyAt = (before: Rollout, minute: number): Rollout =>
    step(before, minute, [see(application, minute)])
  test('counts from the first healthy news to the newest', () => {
    let rollout = healthyAt(start, 10)
    for (const minute of [12, 18, 25]) rollout = healthyAt(rollout, minute)
    expect(rollout.soak).toStrictEqual({ healthyMs: 15 * 60_000, countedTo: at(25) })
    expect(healthySince(rollout, at(26))).toBe(at(10))
  })
  test('starts over after a degradation', () => {
    let rollout = healthyAt(healthyAt(start, 10), 20)
    rollout = step(rollout, 22, [see(degraded, 22)])
    expect(healthySince(rollout, at(22))).toBeUndefined()
    rollout = healthyAt(rollout, 30)
    expect(rollout.soak).toStrictEqual({ healthyMs: 0, countedTo: at(30) })
  })
  test('stands still while there is no news', () => {
    const rollout = healthyAt(healthyAt(start, 10), 15)
    const muchLater = new Date(Date.parse(at(15)) + newsGapMs + 3_600_000).toISOString()
    const since = healthySince(rollout, muchLater) ?? ''
    expect(Date.parse(muchLater) - Date.parse(since)).toBe(5 * 60_000)
    const back = advance(rollout, [{ via: 'object', cluster: 'eu', at: muchLater, object: application }], {
      ...context,
      now: muchLater,
    })
    expect(back.soak).toStrictEqual({ healthyMs: 5 * 60_000, countedTo: muchLater })
  })
})

function eventOf(body: object): FluxEvent {
  const parsed = parseFluxEvent(body)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

const success = {
  involvedObject: {
    kind: 'Kustomization',
    namespace: 'apps',
    name: 'webapp',
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  },
  severity: 'info',
  timestamp: at(7),
  message: 'Reconciliation finished in 1.2s, next run in 10m0s',
  reason: 'ReconciliationSucceeded',
  metadata: { commit_status: 'update', revision: `main@sha1:${merged}` },
  reportingController: 'kustomize-controller',
}

describe('Flux events', () => {
  const deployed = { ...context.deployed, objects: ['Kustomization/apps/webapp'] }
  const seen = (body: object, more: Partial<RolloutContext> = {}): Rollout =>
    step(start, 10, [{ via: 'flux-event', cluster: 'eu', at: at(7), event: eventOf(body) }], {
      deployed,
      ...more,
    })
  test('a success says that it is applied, and healthy where Flux looks at health', () => {
    expect(seen(success).state).toBe('applied-health-unknown')
    expect(seen(success, { assessed: ['apps/webapp'] }).state).toBe('healthy')
  })
  test('both spellings of the metadata count', () => {
    expect(
      seen({ ...success, metadata: { 'kustomize.toolkit.fluxcd.io/revision': `main/${merged}` } }).state,
    ).toBe('applied-health-unknown')
  })
  test('a failure at the commit fails, one at another commit says nothing', () => {
    const failure = {
      ...success,
      severity: 'error',
      reason: 'HealthCheckFailed',
      message: 'timeout waiting for: [Deployment/apps/web]',
    }
    expect(says(seen({ ...failure, metadata: { revision: `main@sha1:${merged}` } }))).toBe(
      'failed: failed: eu: Kustomization apps/webapp fails (HealthCheckFailed): timeout waiting for: [Deployment/apps/web]',
    )
    expect(seen({ ...failure, metadata: { revision: `main@sha1:${earlier}` } }).state).toBe('waiting')
  })
  test('an event of another object says nothing', () => {
    expect(seen({ ...success, involvedObject: { ...success.involvedObject, name: 'other' } }).state).toBe(
      'waiting',
    )
  })
  test('a HelmRelease is known by the pull request that its annotation names', () => {
    const deployed = { ...context.deployed, objects: ['HelmRelease/apps/web'] }
    const release = {
      ...success,
      involvedObject: { kind: 'HelmRelease', namespace: 'apps', name: 'web' },
      reason: 'UpgradeSucceeded',
      metadata: { revision: '6.6.1+0cc9a8446c95', change_request: '12' },
    }
    expect(seen(release, { deployed }).state).toBe('healthy')
    expect(seen({ ...release, reason: 'RollbackSucceeded' }, { deployed }).state).toBe(
      'rolled-back-in-cluster',
    )
    expect(
      seen({ ...release, metadata: { revision: '6.6.1', change_request: '11' } }, { deployed }).state,
    ).toBe('waiting')
  })
  test.each([
    [{}, 'involvedObject.kind is missing; expected the kind of a Kubernetes object'],
    [
      { involvedObject: { kind: 'Kustomization', name: 'A b' } },
      'involvedObject.name and namespace are not names of a Kubernetes object',
    ],
    [
      { involvedObject: { kind: 'Kustomization', name: 'a' }, timestamp: 'yesterday' },
      'timestamp is missing; expected RFC 3339',
    ],
    [
      { involvedObject: { kind: 'Kustomization', name: 'a' }, timestamp: at(1), severity: 'trace' },
      'severity is neither info nor error',
    ],
    [null, 'involvedObject.kind is missing; expected the kind of a Kubernetes object'],
  ])('what is no event is named: %j', (body, problem) => {
    expect(parseFluxEvent(body)).toStrictEqual({ problem })
  })
})
