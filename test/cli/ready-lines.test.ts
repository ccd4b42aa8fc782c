import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { testIo } from './test-io.ts'

let directory: string
const files = {
  'base/kustomization.yaml': 'resources: [web.yaml, worker.yaml]\n',
  'base/web.yaml': `# the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: acme/web:1.0
          securityContext:
            privileged: false
          env:
            - name: LEVEL
              value: info
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`,
  'base/worker.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: worker }
spec:
  selector: { matchLabels: { app: worker } }
  template:
    metadata: { labels: { app: worker } }
    spec:
      containers:
        - name: app
          image: acme/worker:1.0
`,
  'prod/kustomization.yaml': `namePrefix: eu-
namespace: default
resources:
  - ../base
images:
  - name: acme/web
    newTag: latest
replicas:
  - name: web
    count: 1
patches:
  - path: host.yaml
  - target: { kind: Deployment, name: worker }
    patch: |-
      - op: add
        path: /spec/template/spec/hostPID
        value: true
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: acme/worker:latest
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        template:
          spec:
            hostIPC: true
  - target: { kind: Deployment, name: web }
    path: ops.json
configMapGenerator:
  - name: settings
    literals:
      - DB_PASSWORD=hunter2
`,
  'prod/host.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      hostNetwork: true
      containers:
        - name: app
          securityContext:
            privileged: true
`,
  'prod/ops.json': `[
  { "op": "add", "path": "/spec/template/spec/volumes",
    "value": [{ "name": "s", "hostPath": { "path": "/etc" } }] },
  { "op": "add", "path": "/spec/template/spec/containers/0/env/-",
    "value": { "name": "API_TOKEN", "value": "abcdef" } }
]
`,
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-lines-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('names the line that gives a field its value: document, patch, operation or transformer', async () => {
  const io = testIo(directory, join(directory, 'home'))
  await runCli(['ready', 'prod', '--format', 'json'], io)
  const { findings } = JSON.parse(io.written.out) as {
    findings: { rule: string; name: string; path: string; file: string; line: number }[]
  }
  const at = (rule: string, name: string): string[] =>
    findings
      .filter((each) => each.rule === rule && each.name.startsWith(name))
      .map(({ file, line }) => `${file}:${line}`)
  expect({
    'image-tag web': at('image-tag', 'eu-web'),
    'image-tag worker': at('image-tag', 'eu-worker'),
    replicas: at('replicas', 'eu-web'),
    namespace: at('namespace-default', 'eu-web'),
    hosts: at('host-namespaces', 'eu-web'),
    'host of the worker': at('host-namespaces', 'eu-worker'),
    privileged: at('privileged', 'eu-web'),
    volume: at('host-path', 'eu-web'),
    token: at('secret-in-env', 'eu-web'),
    'a field that is absent': at('memory-limit', 'eu-web'),
    'a field of the worker that is absent': at('memory-limit', 'eu-worker'),
    'the resource as a whole': at('network-policy', 'eu-worker'),
    generated: at('secret-in-configmap', 'eu-settings'),
  }).toEqual({
    'image-tag web': ['prod/kustomization.yaml:6'],
    'image-tag worker': ['prod/kustomization.yaml:18'],
    replicas: ['prod/kustomization.yaml:9'],
    namespace: ['prod/kustomization.yaml:2', 'prod/kustomization.yaml:2'],
    hosts: ['prod/host.yaml:8', 'prod/kustomization.yaml:28'],
    'host of the worker': ['prod/kustomization.yaml:15'],
    privileged: ['prod/host.yaml:12'],
    volume: ['prod/ops.json:2'],
    token: ['prod/ops.json:4'],
    'a field that is absent': ['base/web.yaml:13'],
    'a field of the worker that is absent': ['base/worker.yaml:10'],
    'the resource as a whole': ['base/worker.yaml:1'],
    generated: ['prod/kustomization.yaml:32'],
  })
})

it('passes over patches when a directory is read plainly', async () => {
  const io = testIo(directory, join(directory, 'home'))
  await runCli(['ready', '.', '--format', 'json'], io)
  const { findings, summary } = JSON.parse(io.written.out) as {
    findings: { file: string }[]
    summary: { resources: number }
  }
  expect(summary.resources).toBe(3)
  expect(new Set(findings.map(({ file }) => file))).toEqual(new Set(['base/web.yaml', 'base/worker.yaml']))
})
