import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  applicationObject,
  canaryObject,
  gitRepositoryObject,
  kustomizationObject,
  type Step,
} from './objects.ts'

/** How a commit turns out in the stand-in's cluster. */
export type Outcome = 'healthy' | 'failed' | 'rolled-back' | 'waits-at-gate'

/** One object that the stand-in reconciles. */
export interface StandInObject {
  readonly kind: 'Kustomization' | 'Application'
  readonly namespace: string
  readonly name: string
  /** Directory in the repository. */
  readonly path: string
  /** A Flagger Canary of the same name that starts with each new commit. */
  readonly canary?: boolean
}

export interface StandInOptions {
  /** URL of the repository, as the objects name it. */
  readonly repositoryUrl: string
  readonly objects: readonly StandInObject[]
  /** The commit of the branch that the cluster follows. */
  readonly head: () => Promise<string>
  readonly outcome: (object: StandInObject, commit: string) => Promise<Outcome>
  /** Where events go, signed as Flux signs them, once `connect` was called. */
  readonly secret: string
  /** How often it looks, and how long each step takes. Default 250 ms. */
  readonly tickMs?: number
}

/**
 * A stand-in for Argo CD, Flux and Flagger on this machine. It applies nothing, but reads a branch, moves its objects through the states that the
 * real ones go through, serves them as the Kubernetes API does, sends Flux's events, and asks Flagger's gates.
 */
export interface StandIn {
  /** Content of a kubeconfig that reads its objects. */
  readonly kubeconfig: string
  readonly url: string
  /** Tells where Countersign listens: events and gate questions go there. */
  connect(countersignUrl: string): void
  /** Sends nothing until it is called with true again: lost events have to be found by polling. */
  deliver(on: boolean): void
  close(): Promise<void>
}

interface Running {
  readonly object: StandInObject
  generation: number
  commit: string
  /** What ran before, for going back. */
  previous: string
  step: Step
  changedAt: Date
  weight: number
}

const lists: Readonly<Record<string, readonly string[]>> = {
  'argoproj.io/v1alpha1/applications': ['Application'],
  'source.toolkit.fluxcd.io/v1/gitrepositories': ['GitRepository'],
  'kustomize.toolkit.fluxcd.io/v1/kustomizations': ['Kustomization'],
  'flagger.app/v1beta1/canaries': ['Canary'],
}

export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { objects, repositoryUrl, head, outcome, secret } = options
  const running: Running[] = objects.map((object) => ({
    object,
    generation: 1,
    commit: '',
    previous: '',
    step: 'ready',
    changedAt: new Date(),
    weight: 0,
  }))
  let countersign: string | undefined
  let delivers = true
  let stopped = false

  const send = async (path: string, body: string, headers: Record<string, string>): Promise<number> => {
    if (countersign === undefined || !delivers) return 0
    try {
      const answer = await fetch(`${countersign}${path}`, { method: 'POST', body, headers })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }
  /** As notification-controller sends it: the metadata without the prefix of the group. */
  const tell = async (
    { object, commit }: Running,
    severity: string,
    reason: string,
    message: string,
  ): Promise<void> => {
    if (object.kind !== 'Kustomization') return
    const body = JSON.stringify({
      involvedObject: {
        kind: object.kind,
        namespace: object.namespace,
        name: object.name,
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      },
      severity,
      timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      message,
      reason,
      metadata: {
        revision: `main@sha1:${commit}`,
        ...(severity === 'info' ? { commit_status: 'update' } : {}),
      },
      reportingController: 'kustomize-controller',
      reportingInstance: 'kustomize-controller-0',
    })
    const signature = createHmac('sha256', secret).update(body).digest('hex')
    await send('/hooks/flux', body, {
      'content-type': 'application/json',
      'x-signature': `sha256=${signature}`,
      'gotk-component': 'kustomize-controller',
    })
  }
  /** As Flagger asks: no header says who it is, so the secret is in the path. 200 to 202 is yes. */
  const asks = async (gate: string, { object }: Running): Promise<boolean> => {
    const body = JSON.stringify({
      name: object.name,
      namespace: object.namespace,
      phase: 'Progressing',
      checksum: 'stand-in',
      metadata: {},
    })
    const status = await send(`/hooks/flagger/${gate}/${encodeURIComponent(secret)}`, body, {
      'content-type': 'application/json',
    })
    return status >= 200 && status <= 202
  }
  const to = (each: Running, step: Step): void => {
    each.step = step
    each.changedAt = new Date()
  }

  const tick = async (each: Running): Promise<void> => {
    const newest = await head()
    if (newest !== each.commit) {
      Object.assign(each, {
        previous: each.commit,
        commit: newest,
        weight: 0,
        generation: each.generation + 1,
      })
      if (each.previous === '') return to(each, 'ready')
      to(each, 'applying')
      return tell(each, 'info', 'Progressing', `service/${each.object.name} configured`)
    }
    if (each.step === 'applying') {
      const turnsOut = await outcome(each.object, each.commit)
      if (turnsOut === 'failed') {
        to(each, 'failed')
        return tell(
          each,
          'error',
          'HealthCheckFailed',
          `timeout waiting for: [Deployment/${each.object.name} status: 'InProgress']`,
        )
      }
      if (each.object.canary === true || turnsOut === 'waits-at-gate') return to(each, 'canary')
      to(each, 'ready')
      return tell(
        each,
        'info',
        'ReconciliationSucceeded',
        'Reconciliation finished in 1.2s, next run in 10m0s',
      )
    }
    if (each.step === 'canary') {
      if (await asks('rollback', each)) return to(each, 'canary-failed')
      if ((await outcome(each.object, each.commit)) === 'rolled-back') return to(each, 'canary-failed')
      each.weight = Math.min(50, each.weight + 10)
      if (each.weight < 50) return
      if (await asks('confirm-promotion', each)) {
        to(each, 'ready')
        return tell(
          each,
          'info',
          'ReconciliationSucceeded',
          'Reconciliation finished in 2.4s, next run in 10m0s',
        )
      }
      return to(each, 'gate')
    }
    if (each.step === 'gate') {
      if (await asks('rollback', each)) return to(each, 'canary-failed')
      if (await asks('confirm-promotion', each)) to(each, 'ready')
    }
  }

  const shown = (): readonly object[] => [
    gitRepositoryObject(repositoryUrl),
    ...running.flatMap((each) => {
      const own =
        each.object.kind === 'Application'
          ? applicationObject(each, repositoryUrl)
          : kustomizationObject(each)
      return each.object.canary === true ? [own, canaryObject(each)] : [own]
    }),
  ]
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://stand-in').pathname.replace(/^\/apis\//, '')
    const wanted = lists[path]
    response.setHeader('content-type', 'application/json')
    if (request.headers.authorization !== `Bearer ${secret}`) {
      response.statusCode = 401
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'Unauthorized',
          code: 401,
        }),
      )
      return
    }
    if (wanted === undefined) {
      response.statusCode = 404
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'NotFound',
          code: 404,
        }),
      )
      return
    }
    const items = shown().filter((each) => wanted.includes((each as { readonly kind: string }).kind))
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items }))
  })
  const url = await listen(server)
  const loop = run(
    async () => {
      for (const each of running) await tick(each)
    },
    options.tickMs ?? 250,
    () => stopped,
  )

  return {
    url,
    kubeconfig: kubeconfig(url, secret),
    connect(countersignUrl) {
      countersign = countersignUrl
    },
    deliver(on) {
      delivers = on
    },
    async close() {
      stopped = true
      await loop
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function run(work: () => Promise<void>, pauseMs: number, isStopped: () => boolean): Promise<void> {
  while (!isStopped()) {
    await work().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function kubeconfig(url: string, token: string): string {
  return `apiVersion: v1
kind: Config
current-context: stand-in
contexts: [{ name: stand-in, context: { cluster: stand-in, user: countersign } }]
clusters: [{ name: stand-in, cluster: { server: '${url}', insecure-skip-tls-verify: true } }]
users: [{ name: countersign, user: { token: '${token}' } }]
`
}
