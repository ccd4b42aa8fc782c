import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { composeLocal, type LocalParts } from '../src/compose.ts'
import { takeChange } from '../src/pipeline/take-change.ts'
import { generateMonorepo, type Monorepo } from './monorepo.ts'

/** Renders every target of a checkout with the same kustomize, a few at a time. */
async function renderAll(
  parts: LocalParts,
  monorepo: Monorepo,
  commit: string,
  targets: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: monorepo.directory })
  const { file, lead } = parts.tools.kustomize ?? { file: 'kustomize', lead: ['build'] }
  const rendered = new Map<string, string>()
  const waiting = [...targets]
  const work = async (): Promise<void> => {
    for (let target = waiting.pop(); target !== undefined; target = waiting.pop()) {
      const { stdout } = await promisify(execFile)(file, [...lead, join(monorepo.directory, target)])
      rendered.set(target, stdout)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return rendered
}

/** Of so many targets the reference renders one, and all that are affected: all of them would take a quarter of an hour. */
const sampleOf = 20

/** The reference: every target on both sides, compared as text. Measured on a sample, and scaled up. */
async function compareTexts(
  parts: LocalParts,
  monorepo: Monorepo,
  head: string,
  affected: readonly string[],
): Promise<{ readonly seconds: number; readonly affected: readonly string[] }> {
  const sample = monorepo.targets.filter(
    (target, index) => index % sampleOf === 0 || affected.includes(target),
  )
  const start = performance.now()
  const before = await renderAll(parts, monorepo, monorepo.base, sample)
  const after = await renderAll(parts, monorepo, head, sample)
  const seconds = (performance.now() - start) / 1000
  return {
    seconds: (seconds * monorepo.targets.length) / sample.length,
    affected: sample.filter((target) => before.get(target) !== after.get(target)),
  }
}

const environments = [
  { name: 'dev', targets: ['apps/*/dev'] },
  { name: 'staging', targets: ['apps/*/staging'] },
  { name: 'production', targets: ['apps/*/{eu,us}-*'] },
]

/**
 * A pull request against a monorepo: one overlay, one base, and one base that a hundred targets share; with nothing known (cold: no
 * rendering and no tree was ever read), and once more without new commits (warm).
 */
export async function run({ apps = 200 }: { readonly apps?: number } = {}): Promise<void> {
  const monorepo = generateMonorepo(apps)
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const settings = { home, path: process.env.PATH ?? '', color: false }
  try {
    const measured: { name: string; affected: readonly string[]; cold: number; warm: number }[] = []
    for (const [name, head] of [
      ['one overlay', monorepo.oneOverlay],
      ['one base', monorepo.oneBase],
      ['shared base', monorepo.sharedBase],
    ] as const) {
      const parts = await composeLocal({ ...settings, home: join(home, name.replace(' ', '-')) })
      // The first use of a machine copies the programs beside the jail.
      if (parts.tools.kustomize !== undefined) await parts.canIsolate(parts.tools.kustomize)
      const repository = await parts.openRepository(monorepo.directory)
      const judge = async (): Promise<readonly string[]> => {
        const changes = await takeChange(
          { ...parts, repository, fingerprintKey: 'bench' },
          { base: monorepo.base, head, environments },
        )
        const targets = changes.flatMap((change) => change.targets)
        return targets.filter(({ change }) => change.resources.length > 0).map(({ path }) => path)
      }
      const [cold, affected] = await timed(judge)
      const [warm] = await timed(judge)
      measured.push({ name, affected, cold, warm })
    }
    const parts = await composeLocal(settings)
    const found = measured[0]?.affected ?? []
    const reference = await compareTexts(parts, monorepo, monorepo.oneOverlay, found)
    const ours = found.toSorted().join()
    if (ours !== reference.affected.toSorted().join())
      throw new Error(`the reference finds ${reference.affected.join(', ')}, not ${ours}`)
    console.log(
      `${monorepo.targets.length} targets; reference: every target rendered on both sides with ${parts.tools.kustomize?.version}, ${availableParallelism()} at a time, compared as text: ${reference.seconds.toFixed(0)} s (one of ${sampleOf} measured)\n`,
    )
    for (const { name, affected, cold, warm } of measured)
      console.log(
        `${name.padEnd(12)} ${String(affected.length).padStart(4)} affected  cold ${(cold / 1000).toFixed(2)} s, ${Math.round((reference.seconds * 1000) / cold)} times as fast  again ${warm.toFixed(0)} ms`,
      )
    console.log(`\nmost memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
  } finally {
    monorepo.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

async function timed<Value>(work: () => Promise<Value>): Promise<readonly [number, Value]> {
  const start = performance.now()
  const value = await work()
  return [performance.now() - start, value]
}
