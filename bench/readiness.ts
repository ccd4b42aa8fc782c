import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseManifests } from '../src/core/change/parse-manifests.ts'
import { judgeRendering } from '../src/core/readiness/judge-rendering.ts'
import { newestKubernetes } from '../src/core/readiness/kubernetes-version.ts'
import { bounded } from '../src/pipeline/bounded.ts'
import { knownSchemas } from '../src/pipeline/known-schemas.ts'
import { loadChecklist, shippedChecklist } from '../src/pipeline/load-checklist.ts'
import { installLinters } from './linters.ts'

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
    compare(file, [...new Set(parsed.value.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Row {
  readonly name: string
  /** Milliseconds; undefined: it did not finish, and `said` says why. */
  readonly taken: number | undefined
  readonly said: string
}

/** Every program as a process of its own, with what it prints by default. */
function compare(file: string, kinds: readonly string[]): void {
  const bin = join(import.meta.dirname, '../src/cli/bin.ts')
  const own = measure('countersign', [process.execPath, bin, 'ready', file])
  const rows = [own]
  if (spawnSync('go', ['version']).status === 0)
    for (const { name, command, reason } of installLinters(file, kinds))
      rows.push(
        command === undefined
          ? { name, taken: undefined, said: `could not be installed: ${reason}` }
          : measure(name, command),
      )
  else console.log('Go is absent: kube-score, kube-linter and kubeconform are not measured.')
  console.log(
    `\nload of the machine: ${loadavg()
      .map((each) => each.toFixed(2))
      .join(' ')}, ${cpus().length} cores`,
  )
  console.log('tool         seconds  ratio')
  for (const { name, taken, said } of rows) {
    const ratio = taken === undefined || own.taken === undefined ? '' : (taken / own.taken).toFixed(2)
    const shown = taken === undefined ? '-' : (taken / 1000).toFixed(2)
    console.log(`${name.padEnd(11)}  ${shown.padStart(7)}  ${ratio.padStart(5)}  ${said}`.trimEnd())
  }
}

const patience = 120_000

/** Once to warm up, once by the clock. A program that hangs is ended. */
function measure(name: string, [program = '', ...args]: readonly string[]): Row {
  for (const isWarm of [false, true]) {
    const started = performance.now()
    const run = spawnSync(program, args, { stdio: 'ignore', timeout: patience, killSignal: 'SIGKILL' })
    const taken = performance.now() - started
    if (run.error !== undefined)
      return {
        name,
        taken: undefined,
        said: taken < patience ? run.error.message : `not done after ${patience / 1000} s`,
      }
    if (isWarm) return { name, taken, said: '' }
  }
  return { name, taken: undefined, said: 'not run' }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
