import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { compareRenderings } from '../src/core/change/compare-renderings.ts'
import { parseManifests } from '../src/core/change/parse-manifests.ts'
import type { Resource } from '../src/core/change/resource.ts'

const count = 10_000

/** Two streams of ten thousand Deployments of which a hundredth changes: reading and comparing them. */
export function run(): void {
  const [before, after] = [stream(0), stream(1)]
  const [reading, sides] = timed(() => [read(before), read(after)] as const)
  const [comparing, change] = timed(() => compareRenderings(sides[0], sides[1], { fingerprintKey: 'bench' }))
  const part = before.slice(0, before.indexOf('---', before.length / 20))
  const [library] = timed(() => parseAllDocuments(part, { version: '1.1' }))
  const whole = (library * (before.length + after.length)) / part.length
  console.log(`${count} resources, ${change.resources.length} changed`)
  console.log(`comparing  ${comparing.toFixed(0)} ms`)
  console.log(
    `reading    ${reading.toFixed(0)} ms for both sides, ${(whole / reading).toFixed(1)} times as fast as the yaml library alone (a twentieth measured: ${whole.toFixed(0)} ms)`,
  )
  console.log(
    `reference  git diff of the two files as text: ${gitDiff(before, after).toFixed(0)} ms, which knows no resources`,
  )
  console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
}

function read(text: string): readonly Resource[] {
  const parsed = parseManifests(text, { file: 'stream' })
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.value
}

function gitDiff(before: string, after: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  try {
    writeFileSync(join(folder, 'before.yaml'), before)
    writeFileSync(join(folder, 'after.yaml'), after)
    const [elapsed] = timed(() => {
      try {
        execFileSync('git', ['diff', '--no-index', '--quiet', 'before.yaml', 'after.yaml'], { cwd: folder })
      } catch {
        // It ends with 1 where they differ.
      }
    })
    return elapsed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function stream(version: number): string {
  return Array.from({ length: count }, (_, index) => deployment(index, index % 100 === 0 ? version : 0)).join(
    '---\n',
  )
}

const deployment = (index: number, version: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: app-${index}
    tier: backend
  name: app-${index}
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: app-${index}
  template:
    metadata:
      labels:
        app: app-${index}
    spec:
      containers:
      - env:
        - name: LOG_LEVEL
          value: info
        image: registry.example.com/app-${index}:1.${version}.0
        name: app
        ports:
        - containerPort: 8080
          name: http
        resources:
          limits:
            cpu: 100m
            memory: 128Mi
`

function timed<Value>(work: () => Value): readonly [number, Value] {
  const start = performance.now()
  const value = work()
  return [performance.now() - start, value]
}
