import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { Tools } from '../../src/adapters/renderers/find-tools.ts'

/** Every directory of a commit that can be rendered: its YAML by tool, or why there is none. */
export type Rendering = ReadonlyMap<string, RenderedDirectory>

/** `again`: what a second run of a chart made, where it made something else. */
export type RenderedDirectory =
  { readonly text: string; readonly again?: string | undefined } | { readonly failure: string }

const run = promisify(execFile)
const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const manifest = /\.(?:ya?ml|json)$/

/** Checks a commit out and renders all of it, without any of Countersign's knowledge of what depends on what. */
export async function bruteForce(repository: string, commit: string, tools: Tools): Promise<Rendering> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-everything-'))
  try {
    const archive = execFileSync('git', ['-C', repository, 'archive', commit], { maxBuffer: 2 ** 30 })
    mkdirSync(join(folder, 'tree'))
    execFileSync('tar', ['-x', '-C', join(folder, 'tree')], { input: archive })
    const root = join(folder, 'tree')
    const found = new Map<string, RenderedDirectory>()
    const waiting = [...directories(root)]
    const work = async (): Promise<void> => {
      for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
        const rendered = await renderDirectory(root, directory, tools)
        if (rendered !== undefined) found.set(relative(root, directory) || '.', rendered)
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    return found
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function* directories(root: string): Generator<string> {
  yield root
  for (const entry of readdirSync(root, { withFileTypes: true }))
    if (entry.isDirectory() && !isChart(root)) yield* directories(join(root, entry.name))
}

function isChart(directory: string): boolean {
  return readdirSync(directory).includes('Chart.yaml')
}

async function renderDirectory(
  root: string,
  directory: string,
  { kustomize, helm }: Tools,
): Promise<RenderedDirectory | undefined> {
  const names = readdirSync(directory)
  const name = kustomizations.find((each) => names.includes(each))
  const path = relative(root, directory) || '.'
  if (name !== undefined) {
    if (/^kind:\s*["']?Component/m.test(readFileSync(join(directory, name), 'utf8'))) return undefined
    const charts = helm === undefined ? [] : ['--enable-helm', '--helm-command', helm.file]
    return attempt(
      kustomize?.file ?? 'kustomize',
      [...(kustomize?.lead ?? ['build']), ...charts, directory],
      root,
    )
  }
  if (names.includes('Chart.yaml')) {
    const release = (directory.split('/').at(-1) ?? '').toLowerCase().replace(/[^a-z0-9-]+/g, '-')
    const args = ['template', release, `./${path}`, '--include-crds']
    const first = await attempt(helm?.file ?? 'helm', args, root)
    const second = await attempt(helm?.file ?? 'helm', args, root)
    return 'text' in first && 'text' in second && first.text !== second.text
      ? { ...first, again: second.text }
      : first
  }
  const manifests = names.filter((each) => manifest.test(each))
  if (manifests.length === 0) return undefined
  const texts = manifests.sort().map((each) => readFileSync(join(directory, each), 'utf8'))
  // kubectl applies nothing without a name.
  return texts.every(canBeApplied) ? { text: texts.join('\n---\n') } : { failure: 'cannot be applied' }
}

function canBeApplied(text: string): boolean {
  return [...parseAllDocuments(text, { version: '1.1', logLevel: 'silent' })].every((document) => {
    const value = document.errors.length > 0 ? undefined : (document.toJS() as unknown)
    if (value === undefined) return false
    if (typeof value !== 'object' || value === null) return true
    const { apiVersion, kind, metadata, items } = value as Readonly<Record<string, unknown>>
    if (apiVersion === undefined && kind === undefined) return true
    const names = (metadata ?? {}) as Readonly<Record<string, unknown>>
    return items !== undefined || names.name !== undefined || names.generateName !== undefined
  })
}

async function attempt(program: string, args: readonly string[], cwd: string): Promise<RenderedDirectory> {
  // Nothing is fetched here: what is remote fails, on both sides of the comparison.
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: cwd,
    https_proxy: 'http://127.0.0.1:9',
    GIT_ALLOW_PROTOCOL: 'none',
  }
  try {
    return {
      text: (await run(program, [...args], { cwd, env, maxBuffer: 2 ** 28, timeout: 120_000 })).stdout,
    }
  } catch (thrown) {
    const words = (thrown as { stderr?: string }).stderr ?? String(thrown)
    return { failure: words.trim().split('\n').at(-1) ?? '' }
  }
}
