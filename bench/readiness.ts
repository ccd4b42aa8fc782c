import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseManifests } from '../src/core/change/parse-manifests.ts'
import { judgeRendering } from '../src/core/readiness/judge-rendering.ts'
import { newestKubernetes } from '../src/core/readiness/kubernetes-version.ts'
import { bounded } from '../src/pipeline/bounded.ts'
import { knownSchemas } from '../src/pipeline/known-schemas.ts'
import { loadChecklist, shippedChecklist } from '../src/pipeline/load-checklist.ts'

const applications = 2_500

/** The same files for everybody: Deployment, Service, NetworkPolicy and ConfigMap of 2,500 applications. */
function manifests(index: number): string {
  const name = `app-${index}`
  const head = (apiVersion: string, kind: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: team-${index % 50}, labels: { app: ${name} } }\n`
  return [
    `${head('apps/v1', 'Deployment')}spec:\n  replicas: 3\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata: { labels: { app: ${name} } }\n    spec:\n      containers:\n        - name: app\n          image: ghcr.io/acme/app:1.2.3\n          ports: [{ name: http, containerPort: 8080 }]\n          resources: { requests: { cpu: 100m, memory: 128Mi }, limits: { memory: 128Mi } }\n`,
    `${head('v1', 'Service')}spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: http }] }\n`,
    `${head('networking.k8s.io/v1', 'NetworkPolicy')}spec: { podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress] }\n`,
    `${head('v1', 'ConfigMap')}data: { level: info }\n`,
  ].join('---\n')
}

/** Findings per second of the production checklist, against three linters on the same files where Go is present. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  try {
    const text = Array.from({ length: applications }, (_, index) => manifests(index)).join('---\n')
    const file = join(folder, 'all.yaml')
    writeFileSync(file, text)
    const shipped = shippedChecklist('production')
    const checklist = shipped === undefined ? undefined : await loadChecklist(shipped, async () => undefined)
    if (checklist === undefined || !checklist.ok) throw new Error('the production checklist cannot be read')
    const started = performance.now()
    const parsed = parseManifests(text, { file })
    if (!parsed.ok) throw new Error('the manifests cannot be read')
    const read = performance.now()
    const { findings } = judgeRendering(parsed.value, checklist.value, {
      protected: true,
      kubernetes: newestKubernetes,
      now: new Date().toISOString(),
      schemas: knownSchemas(parsed.value),
      bounded,
    })
    const judged = performance.now()
    console.log(`${parsed.value.length} resources, ${findings.length} findings`)
    console.log(
      `reading ${seconds(read - started)}, judging ${seconds(judged - read)}: ${Math.round(findings.length / ((judged - read) / 1000))} findings a second`,
    )
    const own = measure(process.execPath, [
      join(import.meta.dirname, '../src/cli/bin.ts'),
      'ready',
      file,
      '--format',
      'json',
    ])
    console.log(`countersign ready  ${seconds(own)} (reference)`)
    compareWithLinters(folder, file, own)
  } finally {
    // Go marks what it downloads read-only.
    spawnSync('chmod', ['-R', 'u+w', folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

function compareWithLinters(folder: string, file: string, own: number): void {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('Go is absent: kube-score, kube-linter and kubeconform are not measured.')
    return
  }
  const linters = [
    { name: 'kube-score', from: 'github.com/zegl/kube-score/cmd/kube-score@latest', args: ['score', file] },
    {
      name: 'kube-linter',
      from: 'golang.stackrox.io/kube-linter/cmd/kube-linter@latest',
      args: ['lint', file],
    },
    { name: 'kubeconform', from: 'github.com/yannh/kubeconform/cmd/kubeconform@latest', args: [file] },
  ]
  for (const { name, from, args } of linters) {
    spawnSync('go', ['install', from], { env: { ...process.env, GOBIN: folder, GOPATH: join(folder, 'go') } })
    if (!readdirSync(folder).includes(name)) {
      console.log(`${name.padEnd(17)}  could not be installed`)
      continue
    }
    const taken = measure(join(folder, name), args)
    console.log(`${name.padEnd(17)}  ${seconds(taken)} (${(taken / own).toFixed(2)} times as long)`)
  }
}

function measure(program: string, args: readonly string[]): number {
  const started = performance.now()
  spawnSync(program, args, { stdio: 'ignore', maxBuffer: 1 << 30 })
  return performance.now() - started
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
