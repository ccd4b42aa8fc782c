import type { Followed } from '../../../src/core/rollout/followed.ts'

/** Objects as clusters show them, for table tests: what a test says on top of something that works. */

export const merged = 'a'.repeat(40)
export const later = 'b'.repeat(40)
export const earlier = 'c'.repeat(40)
export const undone = 'd'.repeat(40)

export const followed: Followed = {
  commit: merged,
  mergedAt: '2026-03-02T10:00:00Z',
  now: '2026-03-02T10:10:00Z',
  lineage: { [merged]: 'is', [later]: 'contains', [earlier]: 'before', [undone]: 'reverted' },
}

export interface Deep {
  readonly [key: string]: unknown
}

/** Lays one object over another; lists and scalars replace, `undefined` removes. */
export function lay(base: Deep, over: Deep): Deep {
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    if (value === undefined) delete result[key]
    else if (isMap(value) && isMap(below)) result[key] = lay(below, value)
    else result[key] = value
  }
  return result
}

function isMap(value: unknown): value is Deep {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const application: Deep = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'web', namespace: 'argocd', generation: 4 },
  spec: {
    source: {
      repoURL: 'https://github.com/acme/shop.git',
      path: 'deploy/production',
      targetRevision: 'main',
    },
  },
  status: {
    sync: { status: 'Synced', revision: merged },
    health: { status: 'Healthy', lastTransitionTime: '2026-03-02T10:06:00Z' },
    reconciledAt: '2026-03-02T10:07:00Z',
    operationState: {
      phase: 'Succeeded',
      startedAt: '2026-03-02T10:04:00Z',
      finishedAt: '2026-03-02T10:05:00Z',
      syncResult: { revision: merged },
    },
  },
}

export function condition(type: string, status: string, reason: string, more: Deep = {}): Deep {
  return {
    type,
    status,
    reason,
    message: `${type} is ${status}`,
    observedGeneration: 3,
    lastTransitionTime: '2026-03-02T10:05:00Z',
    ...more,
  }
}

export const kustomization: Deep = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'web', namespace: 'apps', generation: 3 },
  spec: {
    path: './deploy/production',
    wait: true,
    sourceRef: { kind: 'GitRepository', name: 'shop', namespace: 'flux-system' },
  },
  status: {
    observedGeneration: 3,
    lastAppliedRevision: `main@sha1:${merged}`,
    lastAttemptedRevision: `main@sha1:${merged}`,
    conditions: [
      condition('Ready', 'True', 'ReconciliationSucceeded'),
      condition('Healthy', 'True', 'Succeeded'),
    ],
  },
}

export const gitRepository: Deep = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'shop', namespace: 'flux-system' },
  spec: { url: 'ssh://git@github.com/acme/shop' },
}

export const helmRelease: Deep = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: {
    name: 'web',
    namespace: 'apps',
    generation: 3,
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'web', 'kustomize.toolkit.fluxcd.io/namespace': 'apps' },
  },
  spec: {},
  status: {
    observedGeneration: 3,
    conditions: [
      condition('Ready', 'True', 'UpgradeSucceeded'),
      condition('Released', 'True', 'UpgradeSucceeded'),
    ],
    history: [{ version: 7, status: 'deployed', chartVersion: '6.6.1' }],
  },
}

export const canary: Deep = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: {
    name: 'web',
    namespace: 'apps',
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'web', 'kustomize.toolkit.fluxcd.io/namespace': 'apps' },
  },
  spec: { analysis: { interval: '1m' } },
  status: {
    phase: 'Succeeded',
    canaryWeight: 0,
    failedChecks: 0,
    iterations: 0,
    lastAppliedSpec: 'x1',
    lastPromotedSpec: 'x1',
    lastTransitionTime: '2026-03-02T10:06:00Z',
  },
}

export const rollout: Deep = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'apps', generation: 12 },
  spec: {
    strategy: {
      canary: {
        steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: '10m' } }],
      },
    },
  },
  status: { phase: 'Healthy', observedGeneration: '12', stableRS: 'f00', currentPodHash: 'f00' },
}

export const kappApp: Deep = {
  apiVersion: 'kappctrl.k14s.io/v1alpha1',
  kind: 'App',
  metadata: { name: 'web', namespace: 'apps', generation: 2 },
  spec: { fetch: [{ git: { url: 'https://github.com/acme/shop', subPath: 'deploy/production' } }] },
  status: {
    observedGeneration: 2,
    fetch: {
      exitCode: 0,
      stdout: `apiVersion: vendir.k14s.io/v1alpha1\ndirectories:\n- contents:\n  - git:\n      sha: ${merged}\n    path: .\n`,
    },
    conditions: [{ type: 'ReconcileSucceeded', status: 'True' }],
  },
}
