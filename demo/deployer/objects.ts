import type { StandInObject } from './stand-in.ts'

/** Where the stand-in is with the newest commit. */
export type Step = 'ready' | 'applying' | 'failed' | 'canary' | 'gate' | 'canary-failed'

interface Shown {
  readonly object: StandInObject
  readonly generation: number
  readonly commit: string
  readonly previous: string
  readonly step: Step
  readonly changedAt: Date
  readonly weight: number
}

const source = { kind: 'GitRepository', namespace: 'flux-system', name: 'shop' }

export function gitRepositoryObject(url: string): object {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: source.namespace, name: source.name },
    spec: { url, ref: { branch: 'main' } },
  }
}

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomization-status */
export function kustomizationObject({
  object,
  generation,
  commit,
  previous,
  step,
  changedAt,
}: Shown): object {
  const revision = `main@sha1:${commit}`
  const lastTransitionTime = changedAt.toISOString()
  const condition = (type: string, status: string, reason: string, message: string): object => ({
    type,
    status,
    reason,
    message,
    observedGeneration: generation,
    lastTransitionTime,
  })
  const conditions =
    step === 'applying'
      ? [
          condition('Reconciling', 'True', 'Progressing', 'Running health checks'),
          condition('Ready', 'Unknown', 'Progressing', 'Reconciliation in progress'),
        ]
      : step === 'failed'
        ? [
            condition('Reconciling', 'True', 'ProgressingWithRetry', 'retrying'),
            condition(
              'Ready',
              'False',
              'HealthCheckFailed',
              `timeout waiting for: [Deployment/${object.name} status: 'InProgress']`,
            ),
          ]
        : [
            condition('Ready', 'True', 'ReconciliationSucceeded', `Applied revision: ${revision}`),
            condition('Healthy', 'True', 'Succeeded', 'Health check passed'),
          ]
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: object.namespace, name: object.name, generation },
    spec: { path: `./${object.path}`, prune: true, wait: true, interval: '10m', sourceRef: source },
    status: {
      observedGeneration: generation,
      lastAttemptedRevision: revision,
      lastAppliedRevision: step === 'applying' && previous !== '' ? `main@sha1:${previous}` : revision,
      conditions,
    },
  }
}

/** https://docs.flagger.app/usage/how-it-works#canary-status */
export function canaryObject({ object, commit, previous, step, changedAt, weight }: Shown): object {
  const phases: Readonly<Record<Step, string>> = {
    ready: previous === '' ? 'Initialized' : 'Succeeded',
    applying: 'Succeeded',
    failed: 'Succeeded',
    canary: 'Progressing',
    gate: 'WaitingPromotion',
    'canary-failed': 'Failed',
  }
  const isPromoted = step === 'ready'
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: {
      namespace: object.namespace,
      name: object.name,
      labels: {
        'kustomize.toolkit.fluxcd.io/name': object.name,
        'kustomize.toolkit.fluxcd.io/namespace': object.namespace,
      },
    },
    spec: { analysis: { interval: '1s', stepWeight: 10, maxWeight: 50 } },
    status: {
      phase: phases[step],
      canaryWeight: step === 'canary' || step === 'gate' ? weight : 0,
      failedChecks: step === 'canary-failed' ? 5 : 0,
      iterations: 0,
      lastAppliedSpec: commit.slice(0, 10),
      lastPromotedSpec: isPromoted ? commit.slice(0, 10) : previous.slice(0, 10),
      lastTransitionTime: changedAt.toISOString(),
    },
  }
}

/** https://github.com/argoproj/argo-cd/blob/master/pkg/apis/application/v1alpha1/types.go */
export function applicationObject(
  { object, generation, commit, step, changedAt }: Shown,
  repositoryUrl: string,
): object {
  const at = changedAt.toISOString()
  const isSyncing = step === 'applying'
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { namespace: object.namespace, name: object.name, generation },
    spec: {
      source: { repoURL: repositoryUrl, path: object.path, targetRevision: 'main' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
    status: {
      sync: { status: isSyncing ? 'OutOfSync' : 'Synced', revision: commit },
      health: {
        status: isSyncing ? 'Progressing' : step === 'failed' ? 'Degraded' : 'Healthy',
        lastTransitionTime: at,
        ...(step === 'failed' ? { message: 'Deployment exceeded its progress deadline' } : {}),
      },
      reconciledAt: new Date().toISOString(),
      operationState: isSyncing
        ? { phase: 'Running', startedAt: at, operation: { sync: { revision: commit } } }
        : { phase: 'Succeeded', startedAt: at, finishedAt: at, syncResult: { revision: commit } },
    },
  }
}
