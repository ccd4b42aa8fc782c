import { describe, expect, test } from 'vitest'
import type { Carrier, Followed } from '../../../src/core/rollout/followed.ts'
import { readObject } from '../../../src/core/rollout/read-object.ts'
import {
  application,
  type Deep,
  canary,
  condition,
  earlier,
  followed,
  helmRelease,
  kappApp,
  kustomization,
  later,
  lay,
  merged,
  rollout,
  undone,
} from './objects.ts'

const repository = 'acme/shop'
type Row = readonly [title: string, object: unknown, says: string, followed?: Partial<Followed>]

function saysOf(object: unknown, more: Partial<Followed> = {}, carrier?: Carrier): string {
  const reading = readObject(object, { ...followed, ...more }, { repository, carrier })
  return `${reading?.state}: ${reading?.sentence}`
}

const failedOperation = (revision: Deep): Deep => ({
  status: {
    operationState: {
      phase: 'Failed',
      message: 'one or more objects failed to apply\nmore',
      startedAt: '2026-03-02T10:04:00Z',
      finishedAt: '2026-03-02T10:05:00Z',
      syncResult: undefined,
      ...revision,
    },
  },
})

describe('an Argo CD Application', () => {
  const rows: readonly Row[] = [
    ['synced and healthy', application, 'healthy: is synced and healthy'],
    [
      'at a later commit that contains it',
      lay(application, { status: { sync: { revision: later } } }),
      'healthy: is synced and healthy',
    ],
    [
      'at an earlier commit',
      lay(application, { status: { sync: { revision: earlier } } }),
      'waiting: has not seen it yet; it is at ccccccc',
    ],
    [
      'at a revision that git does not know',
      lay(application, { status: { sync: { revision: 'e'.repeat(40) } } }),
      'waiting: has not seen it yet; it is at eeeeeee',
    ],
    [
      'at a commit that took it back',
      lay(application, { status: { sync: { revision: undone } } }),
      'superseded: runs a revision that took this change back',
    ],
    [
      'a branch name where it could not be compared',
      lay(application, { status: { sync: { status: 'Unknown', revision: 'main' } } }),
      'waiting: has not seen it yet',
    ],
    [
      'with an operation asked for',
      lay(application, { operation: { sync: {} } }),
      'progressing: is being synced',
    ],
    [
      'with an operation running',
      lay(application, { status: { operationState: { phase: 'Running' } } }),
      'progressing: is being synced',
    ],
    [
      'terminating an operation',
      lay(application, { status: { operationState: { phase: 'Terminating' } } }),
      'progressing: is being synced',
    ],
    [
      'out of sync',
      lay(application, { status: { sync: { status: 'OutOfSync' } } }),
      'waiting: has seen it and is not synced (manual sync, or a sync window)',
    ],
    [
      'with health older than the sync',
      lay(application, { status: { reconciledAt: '2026-03-02T10:04:59Z' } }),
      'progressing: is synced; its health is older than the sync',
    ],
    [
      'never reconciled since the sync',
      lay(application, { status: { reconciledAt: undefined } }),
      'progressing: is synced; its health is older than the sync',
    ],
    [
      'progressing',
      lay(application, { status: { health: { status: 'Progressing', message: 'waiting for rollout' } } }),
      'progressing: is synced and still progressing: waiting for rollout',
    ],
    [
      'suspended',
      lay(application, { status: { health: { status: 'Suspended' } } }),
      'progressing: is synced and paused',
    ],
    [
      'of unknown health',
      lay(application, { status: { health: { status: 'Unknown' } } }),
      'applied-health-unknown: is synced; Argo CD does not know its health',
    ],
    [
      'degraded after the merge',
      lay(application, { status: { health: { status: 'Degraded' } } }),
      'failed: is degraded',
    ],
    [
      'missing after the merge',
      lay(application, { status: { health: { status: 'Missing' } } }),
      'failed: is missing',
    ],
    [
      'degraded since before the merge',
      lay(application, {
        status: { health: { status: 'Degraded', lastTransitionTime: '2026-03-02T09:00:00Z' } },
      }),
      'failed-before-this-change: is degraded, as it was before this change',
    ],
    [
      'degraded, and seen broken before',
      lay(application, { status: { health: { status: 'Degraded' } } }),
      'failed-before-this-change: is degraded, as it was before this change',
      { before: 'broken' },
    ],
    [
      'degraded, and seen healthy before',
      lay(application, {
        status: { health: { status: 'Degraded', lastTransitionTime: '2026-03-02T09:00:00Z' } },
      }),
      'failed: is degraded',
      { before: 'healthy' },
    ],
    [
      'degraded after it was healthy with it',
      lay(application, { status: { health: { status: 'Degraded' } } }),
      'degraded: is degraded',
      { wasHealthy: true },
    ],
    [
      'that cannot be compared',
      lay(application, {
        status: {
          conditions: [
            {
              type: 'ComparisonError',
              message: 'failed to load target state',
              lastTransitionTime: '2026-03-02T10:01:00Z',
            },
          ],
        },
      }),
      'failed: cannot be compared: failed to load target state',
    ],
    [
      'that is invalid',
      lay(application, { status: { conditions: [{ type: 'InvalidSpecError', message: 'no such path' }] } }),
      'failed: cannot be compared: no such path',
    ],
    [
      'with a warning only',
      lay(application, { status: { conditions: [{ type: 'OrphanedResourceWarning', message: 'x' }] } }),
      'healthy: is synced and healthy',
    ],
    [
      'whose sync of it failed',
      lay(application, failedOperation({ syncResult: { revision: merged } })),
      'failed: could not be synced: one or more objects failed to apply',
    ],
    [
      'whose sync failed before a result was named',
      lay(application, failedOperation({ operation: { sync: { revision: merged } } })),
      'failed: could not be synced: one or more objects failed to apply',
    ],
    [
      'whose sync failed naming nothing, after the merge',
      lay(application, failedOperation({})),
      'failed: could not be synced: one or more objects failed to apply',
    ],
    [
      'whose failed sync was of an earlier commit',
      lay(
        application,
        lay(failedOperation({ syncResult: { revision: earlier } }), {
          status: { sync: { revision: earlier } },
        }),
      ),
      'waiting: has not seen it yet; it is at ccccccc',
    ],
    [
      'rolled back in Argo CD',
      lay(application, {
        status: { sync: { status: 'OutOfSync' }, operationState: { syncResult: { revision: earlier } } },
      }),
      'rolled-back-in-cluster: was rolled back in Argo CD to a revision from before it',
      { wasHealthy: true },
    ],
    [
      'of several sources, ours second',
      lay(application, {
        spec: {
          source: undefined,
          sources: [{ repoURL: 'https://charts.example.com' }, { repoURL: 'git@github.com:Acme/Shop.git' }],
        },
        status: {
          sync: { revision: undefined, revisions: ['1.2.3', merged] },
          operationState: { syncResult: { revision: undefined, revisions: ['1.2.3', merged] } },
        },
      }),
      'healthy: is synced and healthy',
    ],
    [
      'hydrated from it',
      lay(application, {
        spec: { sourceHydrator: { drySource: {} } },
        status: {
          sync: { revision: 'f'.repeat(40) },
          sourceHydrator: { lastSuccessfulOperation: { drySHA: merged, hydratedSHA: 'f'.repeat(40) } },
        },
      }),
      'healthy: is synced and healthy',
    ],
    [
      'hydrated, and not synced to what was hydrated',
      lay(application, {
        spec: { sourceHydrator: { drySource: {} } },
        status: {
          sync: { revision: '9'.repeat(40) },
          sourceHydrator: { lastSuccessfulOperation: { drySHA: merged, hydratedSHA: 'f'.repeat(40) } },
        },
      }),
      'waiting: has not seen it yet',
    ],
    ['without any status', lay(application, { status: undefined }), 'waiting: has not seen it yet'],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))('%s', (_, [object, says, more]) => {
    expect(saysOf(object, more)).toBe(says)
  })
})

const ready = (status: string, reason: string, more: Deep = {}): Deep =>
  lay(kustomization, {
    status: {
      conditions: [
        condition('Ready', status, reason, { message: 'Deployment/apps/web: timeout\nmore', ...more }),
      ],
    },
  })
const withReconciling = (reason: string, readyStatus: string): Deep =>
  lay(kustomization, {
    status: {
      conditions: [
        condition('Reconciling', 'True', reason, { message: 'running health checks' }),
        condition('Ready', readyStatus, 'HealthCheckFailed', { message: 'timeout' }),
      ],
    },
  })

describe('a Flux Kustomization', () => {
  const rows: readonly Row[] = [
    ['ready with health checks', kustomization, 'healthy: has applied it, and its health checks pass'],
    [
      'ready with listed health checks',
      lay(kustomization, { spec: { wait: undefined, healthChecks: [{ kind: 'Deployment', name: 'web' }] } }),
      'healthy: has applied it, and its health checks pass',
    ],
    [
      'ready without health checks',
      lay(kustomization, { spec: { wait: false } }),
      'applied-health-unknown: has applied it; it neither waits nor has health checks, so its health is not known',
    ],
    [
      'ready at a later commit',
      lay(kustomization, {
        status: { lastAppliedRevision: `main@sha1:${later}`, lastAttemptedRevision: `main@sha1:${later}` },
      }),
      'healthy: has applied it, and its health checks pass',
    ],
    [
      'in the older spelling of revisions',
      lay(kustomization, {
        status: { lastAppliedRevision: `main/${merged}`, lastAttemptedRevision: `main/${merged}` },
      }),
      'healthy: has applied it, and its health checks pass',
    ],
    [
      'from an OCI artefact that names its origin',
      lay(kustomization, {
        status: {
          lastAppliedRevision: 'latest@sha256:' + '1'.repeat(64),
          lastAttemptedRevision: 'latest@sha256:' + '1'.repeat(64),
          lastAppliedOriginRevision: `main@sha1:${merged}`,
        },
      }),
      'healthy: has applied it, and its health checks pass',
    ],
    [
      'at an earlier commit',
      lay(kustomization, {
        status: {
          lastAppliedRevision: `main@sha1:${earlier}`,
          lastAttemptedRevision: `main@sha1:${earlier}`,
        },
      }),
      'waiting: has not seen it yet; it is at ccccccc',
    ],
    [
      'at a commit that took it back',
      lay(kustomization, { status: { lastAppliedRevision: `main@sha1:${undone}` } }),
      'superseded: runs a revision that took this change back',
    ],
    [
      'suspended before it',
      lay(kustomization, {
        spec: { suspend: true },
        status: {
          lastAppliedRevision: `main@sha1:${earlier}`,
          lastAttemptedRevision: `main@sha1:${earlier}`,
        },
      }),
      'waiting: is suspended; `flux resume kustomization` lets it go on',
    ],
    [
      'suspended after it',
      lay(kustomization, { spec: { suspend: true } }),
      'healthy: has applied it, and its health checks pass',
    ],
    [
      'whose status is of an older specification',
      lay(kustomization, { metadata: { generation: 4 } }),
      'progressing: is being reconciled',
    ],
    [
      'whose Ready is of an older specification',
      lay(kustomization, { metadata: { generation: 4 }, status: { observedGeneration: 4 } }),
      'progressing: is being reconciled',
    ],
    [
      'attempting it',
      lay(kustomization, {
        status: {
          lastAppliedRevision: `main@sha1:${earlier}`,
          conditions: [
            condition('Reconciling', 'True', 'Progressing', { message: 'building' }),
            condition('Ready', 'Unknown', 'Progressing'),
          ],
        },
      }),
      'progressing: is being reconciled: building',
    ],
    [
      'applied less than it attempted',
      lay(kustomization, { status: { lastAppliedRevision: `main@sha1:${earlier}` } }),
      'progressing: is applying it',
    ],
    [
      'failing at it',
      ready('False', 'HealthCheckFailed'),
      'failed: fails (HealthCheckFailed): Deployment/apps/web: timeout',
    ],
    [
      'failing to build it',
      lay(ready('False', 'BuildFailed'), {
        status: { lastAppliedRevision: `main@sha1:${earlier}` },
      }),
      'failed: fails (BuildFailed): Deployment/apps/web: timeout',
    ],
    [
      'failing at it as it did before',
      ready('False', 'HealthCheckFailed', { lastTransitionTime: '2026-03-02T09:00:00Z' }),
      'failed-before-this-change: fails (HealthCheckFailed): Deployment/apps/web: timeout',
    ],
    [
      'failing after it was healthy',
      ready('False', 'HealthCheckFailed'),
      'degraded: fails (HealthCheckFailed): Deployment/apps/web: timeout',
      { wasHealthy: true },
    ],
    [
      'retrying after a failure',
      withReconciling('ProgressingWithRetry', 'False'),
      'failed: fails (HealthCheckFailed): timeout',
    ],
    [
      'reconciling again',
      withReconciling('Progressing', 'False'),
      'progressing: is being reconciled: running health checks',
    ],
    [
      'waiting for a dependency',
      ready('False', 'DependencyNotReady', { message: "dependency 'apps/db' is not ready" }),
      "waiting: waits for what it depends on: dependency 'apps/db' is not ready",
    ],
    [
      'failing at an earlier commit',
      lay(ready('False', 'BuildFailed'), {
        status: {
          lastAppliedRevision: `main@sha1:${earlier}`,
          lastAttemptedRevision: `main@sha1:${earlier}`,
        },
      }),
      'waiting: has not seen it yet; it is at ccccccc, where it fails',
    ],
    ['without any status', lay(kustomization, { status: undefined }), 'waiting: has not seen it yet'],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))('%s', (_, [object, says, more]) => {
    expect(saysOf(object, more)).toBe(says)
  })
})

const applied: Carrier = {
  reading: { state: 'healthy', sentence: '' },
  applied: true,
  appliedAt: '2026-03-02T10:05:30Z',
}
const notYet: Carrier = { reading: { state: 'waiting', sentence: '' }, applied: false }
const conditions = (...all: readonly Deep[]): Deep => lay(helmRelease, { status: { conditions: all } })

describe('a Flux HelmRelease', () => {
  type CarriedRow = readonly [string, unknown, string, Carrier?, Partial<Followed>?]
  const rows: readonly CarriedRow[] = [
    ['released', helmRelease, 'healthy: is released; chart 6.6.1, release 7', applied],
    [
      'of which nobody knows the commit',
      helmRelease,
      'waiting: does not say which commit it is made from, and what applied it was not seen',
    ],
    ['that is not applied yet', helmRelease, 'waiting: waits for the Kustomization that applies it', notYet],
    [
      'suspended',
      lay(helmRelease, { spec: { suspend: true } }),
      'waiting: is suspended; `flux resume helmrelease` lets it go on',
      applied,
    ],
    [
      'with a new specification',
      lay(helmRelease, { metadata: { generation: 4 } }),
      'progressing: has a new specification that is not looked at yet',
      applied,
    ],
    [
      'taken back',
      conditions(
        condition('Ready', 'False', 'UpgradeFailed'),
        condition('Remediated', 'True', 'RollbackSucceeded', {
          message: 'Helm rollback to release apps/web.v6 succeeded',
        }),
      ),
      'rolled-back-in-cluster: was taken back by Flux (RollbackSucceeded): Helm rollback to release apps/web.v6 succeeded; chart 6.6.1, release 7',
      applied,
    ],
    [
      'stalled',
      conditions(
        condition('Ready', 'False', 'UpgradeFailed'),
        condition('Stalled', 'True', 'RetriesExceeded', { message: 'Failed to upgrade after 1 attempt(s)' }),
      ),
      'failed: is stalled (RetriesExceeded): Failed to upgrade after 1 attempt(s)',
      applied,
    ],
    [
      'upgrading',
      conditions(
        condition('Reconciling', 'True', 'Progressing'),
        condition('Ready', 'Unknown', 'Progressing'),
      ),
      'progressing: is being released',
      applied,
    ],
    [
      'that failed to upgrade',
      conditions(condition('Ready', 'False', 'UpgradeFailed', { message: 'context deadline exceeded' })),
      'failed: fails (UpgradeFailed): context deadline exceeded',
      applied,
    ],
    [
      'that failed to upgrade after it was healthy',
      conditions(condition('Ready', 'False', 'UpgradeFailed', { message: 'x' })),
      'degraded: fails (UpgradeFailed): x',
      applied,
      { wasHealthy: true },
    ],
    [
      'waiting for a dependency',
      conditions(condition('Ready', 'False', 'DependencyNotReady', { message: 'db' })),
      'waiting: waits for what it depends on: db',
      applied,
    ],
    [
      'whose tests fail',
      conditions(
        condition('Ready', 'True', 'UpgradeSucceeded'),
        condition('Released', 'True', 'x'),
        condition('TestSuccess', 'False', 'TestFailed', { message: '1 of 2' }),
      ),
      'failed: fails its tests: 1 of 2',
      applied,
    ],
    [
      'whose newest release is not the deployed one',
      lay(helmRelease, { status: { history: [{ status: 'superseded' }] } }),
      'progressing: is being released',
      applied,
    ],
    [
      'never looked at',
      lay(helmRelease, { status: undefined }),
      'progressing: has a new specification that is not looked at yet',
      applied,
    ],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))(
    '%s',
    (_, [object, says, carrier, more]) => {
      expect(saysOf(object, more, carrier)).toBe(says)
    },
  )
})

const inPhase = (phase: string, more: Deep = {}): Deep => lay(canary, { status: { phase, ...more } })

describe('a Flagger Canary', () => {
  type CarriedRow = readonly [string, unknown, string, Partial<Followed>?]
  const rows: readonly CarriedRow[] = [
    ['promoted', canary, 'healthy: is promoted'],
    ['first installed', inPhase('Initialized'), 'healthy: is running'],
    ['initialising', inPhase('Initializing'), 'progressing: is initializing with 0 % of the traffic'],
    [
      'analysed',
      inPhase('Progressing', { canaryWeight: 20, lastAppliedSpec: 'x2' }),
      'progressing: is being analysed with 20 % of the traffic',
    ],
    [
      'promoting',
      inPhase('Promoting', { canaryWeight: 100 }),
      'progressing: is promoting with 100 % of the traffic',
    ],
    ['finalising', inPhase('Finalising', { canaryWeight: undefined }), 'progressing: is finalising'],
    ['waiting to start', inPhase('Waiting'), 'waiting-gate: waits for its gate to start'],
    [
      'waiting to be promoted',
      inPhase('WaitingPromotion', { canaryWeight: 50 }),
      'waiting-gate: waits for its gate to be promoted',
    ],
    [
      'failed',
      inPhase('Failed', { failedChecks: 5, lastAppliedSpec: 'x2' }),
      'failed: failed after 5 failed checks; Flagger went back to what was promoted last',
    ],
    [
      'failed while promoting',
      inPhase('Failed', { failedChecks: 0, canaryWeight: 100, lastAppliedSpec: 'x2' }),
      'failed: failed after 0 failed checks; all traffic is on the canary, because the promotion itself failed',
    ],
    [
      'failed before the merge',
      inPhase('Failed', {
        failedChecks: undefined,
        lastAppliedSpec: 'x2',
        lastTransitionTime: '2026-03-02T09:00:00Z',
      }),
      'failed-before-this-change: failed; Flagger went back to what was promoted last',
    ],
    [
      'failed, and reverted since',
      inPhase('Failed'),
      'healthy: runs what was promoted last, after an attempt that failed',
    ],
    [
      'succeeded with another specification applied',
      inPhase('Succeeded', { lastAppliedSpec: 'x2' }),
      'progressing: has not promoted all of it yet',
    ],
    [
      'not looked at since it was applied',
      lay(canary, { status: { lastTransitionTime: '2026-03-01T00:00:00Z' } }),
      'progressing: was not looked at by Flagger since',
      { now: '2026-03-02T10:06:30Z' },
    ],
    [
      'not changed by it',
      lay(canary, { status: { lastTransitionTime: '2026-03-01T00:00:00Z' } }),
      'healthy: is promoted',
      { now: '2026-03-02T10:06:30Z', unchanged: true },
    ],
    [
      'quiet for longer than two intervals',
      lay(canary, { status: { lastTransitionTime: '2026-03-01T00:00:00Z' } }),
      'healthy: is promoted',
      { now: '2026-03-02T10:08:00Z' },
    ],
    ['terminating', inPhase('Terminating'), 'waiting: is in the phase Terminating'],
    ['without status', lay(canary, { status: undefined }), 'waiting: was not looked at by Flagger yet'],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))('%s', (_, [object, says, more]) => {
    expect(saysOf(object, more, applied)).toBe(says)
  })
  test('waits for what applies it', () => {
    expect(saysOf(canary, {}, notYet)).toBe('waiting: waits for the Kustomization that applies it')
  })
  test('shows weight and failed checks', () => {
    const object = inPhase('Progressing', { canaryWeight: 30, failedChecks: 2, iterations: 0 })
    expect(readObject(object, followed, { repository, carrier: applied })?.canary).toStrictEqual({
      phase: 'Progressing',
      weight: 30,
      failedChecks: 2,
      iterations: 0,
    })
  })
})

const withStatus = (status: Deep): Deep => lay(rollout, { status: { ...status } })

describe('an Argo Rollout', () => {
  const rows: readonly Row[] = [
    ['fully promoted', rollout, 'healthy: is fully promoted'],
    [
      'healthy and not promoted',
      withStatus({ currentPodHash: 'f01' }),
      'progressing: is not fully promoted yet',
    ],
    [
      'of an older generation',
      withStatus({ observedGeneration: '11' }),
      'progressing: has a new specification that is not looked at yet',
    ],
    [
      'progressing',
      withStatus({ phase: 'Progressing', currentStepIndex: 2, message: 'more replicas need to be updated' }),
      'progressing: is progressing, step 3 of 4: more replicas need to be updated',
    ],
    [
      'paused until somebody promotes it',
      withStatus({ phase: 'Paused', currentStepIndex: 1, pauseConditions: [{ reason: 'CanaryPauseStep' }] }),
      'waiting-gate: is paused (CanaryPauseStep), step 2 of 4; it waits for somebody to promote it',
    ],
    [
      'paused for a time',
      withStatus({ phase: 'Paused', currentStepIndex: 3, pauseConditions: [{ reason: 'CanaryPauseStep' }] }),
      'progressing: is paused for 10m, step 4 of 4',
    ],
    [
      'paused by an analysis that is not sure',
      withStatus({
        phase: 'Paused',
        currentStepIndex: 3,
        pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }],
      }),
      'waiting-gate: is paused (InconclusiveAnalysisRun), step 4 of 4; it waits for somebody to promote it',
    ],
    [
      'paused between blue and green',
      withStatus({ phase: 'Paused', pauseConditions: [{ reason: 'BlueGreenPause' }] }),
      'waiting-gate: is paused (BlueGreenPause); it waits for somebody to promote it',
    ],
    [
      'aborted',
      withStatus({ phase: 'Degraded', abort: true, message: 'RolloutAborted: metric failed' }),
      'rolled-back-in-cluster: was aborted; the stable version has the traffic: RolloutAborted: metric failed',
    ],
    [
      'degraded',
      withStatus({ phase: 'Degraded', message: 'ProgressDeadlineExceeded' }),
      'failed: is degraded: ProgressDeadlineExceeded',
    ],
    [
      'invalid',
      withStatus({
        phase: 'Degraded',
        conditions: [
          {
            type: 'InvalidSpec',
            status: 'True',
            message: 'spec.selector is required',
            lastTransitionTime: '2026-03-02T10:03:00Z',
          },
        ],
      }),
      'failed: is invalid: spec.selector is required',
    ],
    [
      'with a workload that is not looked at yet',
      lay(rollout, {
        metadata: { annotations: { 'rollout.argoproj.io/workload-generation': '5' } },
        status: { workloadObservedGeneration: '4' },
      }),
      'progressing: has a new specification that is not looked at yet',
    ],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))('%s', (_, [object, says, more]) => {
    expect(saysOf(object, more, applied)).toBe(says)
  })
})

describe('a kapp App', () => {
  const rows: readonly Row[] = [
    ['reconciled', kappApp, 'healthy: is reconciled'],
    [
      'reconciling',
      lay(kappApp, { status: { conditions: [{ type: 'Reconciling', status: 'True' }] } }),
      'progressing: is being reconciled',
    ],
    [
      'failing',
      lay(kappApp, {
        status: {
          usefulErrorMessage: 'kapp: Error: timed out',
          conditions: [{ type: 'ReconcileFailed', status: 'True' }],
        },
      }),
      'failed: fails: kapp: Error: timed out',
    ],
    ['paused', lay(kappApp, { spec: { paused: true } }), 'waiting: is paused'],
    [
      'before it was fetched',
      lay(kappApp, { status: { fetch: { stdout: `sha: ${earlier}` } } }),
      'waiting: has not seen it yet; it is at ccccccc',
    ],
    [
      'of a revision that nobody can tell',
      lay(kappApp, { status: { fetch: { stdout: '' } } }),
      'waiting: has not seen it yet',
    ],
  ]
  test.each(rows.map(([title, ...row]) => [title, row] as const))('%s', (_, [object, says, more]) => {
    expect(saysOf(object, more)).toBe(says)
  })
})

test('other kinds say nothing', () => {
  expect(
    readObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } }, followed, { repository }),
  ).toBeUndefined()
  expect(readObject(null, followed, { repository })).toBeUndefined()
})
