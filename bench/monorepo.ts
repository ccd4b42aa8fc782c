import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where each application runs. */
const places = ['dev', 'staging', 'eu-1', 'eu-2', 'us-1', 'us-2'] as const

/** A generated repository of many applications; every place of an application is one target. */
export interface Monorepo {
  readonly directory: string
  /** Commit ids: the start, and the three edits on top of it. */
  readonly base: string
  readonly oneOverlay: string
  readonly oneBase: string
  readonly sharedBase: string
  readonly targets: readonly string[]
  remove(): void
}

/** `apps` applications; the regions of every eighth share one more base: with 200, that is 100 targets. */
export function generateMonorepo(apps: number): Monorepo {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', ...args], {
      cwd: directory,
      encoding: 'utf8',
    }).trim()
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const commit = (message: string): string => {
    git('add', '--all')
    git('commit', '--quiet', '-m', message)
    return git('rev-parse', 'HEAD')
  }
  const edit = (path: string, text: string): string => {
    git('checkout', '--quiet', '--detach', base)
    write(path, text)
    return commit(path)
  }
  git('init', '--quiet', '--initial-branch=main')
  write('shared/kustomization.yaml', 'resources:\n- policy.yaml\n')
  write('shared/policy.yaml', policy('Ingress'))
  const targets: string[] = []
  for (let app = 0; app < apps; app++) {
    write(`apps/app-${app}/base/kustomization.yaml`, 'resources:\n- deployment.yaml\n- service.yaml\n')
    write(`apps/app-${app}/base/deployment.yaml`, deployment(app, '1.0.0'))
    write(`apps/app-${app}/base/service.yaml`, service(app))
    for (const place of places) {
      const isShared = app % 8 === 0 && place.includes('-')
      const target = `apps/app-${app}/${place}`
      targets.push(target)
      write(`${target}/kustomization.yaml`, overlay(place, isShared))
      write(`${target}/replicas.yaml`, replicas(app, 2))
    }
  }
  const base = commit('start')
  const oneOverlay = edit('apps/app-1/eu-1/replicas.yaml', replicas(1, 3))
  const oneBase = edit('apps/app-1/base/deployment.yaml', deployment(1, '1.1.0'))
  const sharedBase = edit('shared/policy.yaml', policy('Egress'))
  git('checkout', '--quiet', '--detach', base)
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  return { directory, base, oneOverlay, oneBase, sharedBase, targets, remove }
}

function overlay(place: string, isShared: boolean): string {
  const shared = isShared ? '- ../../../shared\n' : ''
  return `namespace: ${place}\nresources:\n- ../base\n${shared}patches:\n- path: replicas.yaml\nconfigMapGenerator:\n- name: settings\n  literals:\n  - place=${place}\n`
}

const deployment = (app: number, version: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${app}
spec:
  selector:
    matchLabels:
      app: app-${app}
  template:
    metadata:
      labels:
        app: app-${app}
    spec:
      containers:
      - name: app
        image: registry.example.com/app-${app}:${version}
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef:
            name: settings
`

const service = (app: number): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: app-${app}\nspec:\n  selector:\n    app: app-${app}\n  ports:\n  - port: 80\n    targetPort: 8080\n`

const replicas = (app: number, count: number): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-${app}\nspec:\n  replicas: ${count}\n`

const policy = (type: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default\nspec:\n  podSelector: {}\n  policyTypes:\n  - ${type}\n`
