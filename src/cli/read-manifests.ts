import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { composeLocal, type LocalParts } from '../compose.ts'
import { parseManifests } from '../core/change/parse-manifests.ts'
import { isJsonObject, readYaml, YamlProblem } from '../core/change/read-yaml.ts'
import type { Resource } from '../core/change/resource.ts'
import { kustomizationNames } from '../core/targets/describe-kustomization.ts'
import { kustomizationReferences } from '../core/targets/kustomization-references.ts'
import { describeProblem } from '../core/problem.ts'
import { AppError } from '../errors.ts'
import { renderDirectory } from '../pipeline/render-directory.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'

/**
 * Resources of what is named on the command line: a stream (`-`), a file of manifests, a kustomization or chart directory, which is
 * rendered, or a directory with manifests somewhere below it. Throws `bad-input` for what cannot be read, with its place.
 */
export async function readManifests(name: string, io: CliIo): Promise<readonly Resource[]> {
  if (name === '-') return parse(await io.readStdin(), 'standard input', 'refuse')
  const place = resolve(io.cwd, name)
  const found = await stat(place).catch(() => undefined)
  if (found === undefined) throw new AppError('bad-input', `${name} does not exist`)
  if (!found.isDirectory()) {
    if (kustomizationNames.includes(basename(place))) return render(dirname(place), dirname(name), io)
    return parse(await readText(place, name), name, 'refuse')
  }
  return (await isRendered(place)) ? render(place, name, io) : readBelow(place, name, io)
}

/** Resources of several names, in their order; standard input can be one of them once. */
export async function readAllManifests(names: readonly string[], io: CliIo): Promise<readonly Resource[]> {
  if (names.filter((name) => name === '-').length > 1)
    throw new AppError('usage', 'standard input can be read once')
  const all: Resource[] = []
  for (const name of names) for (const resource of await readManifests(name, io)) all.push(resource)
  return all
}

async function isRendered(place: string): Promise<boolean> {
  const names = await readdir(place)
  return names.some((each) => each === 'Chart.yaml' || kustomizationNames.includes(each))
}

async function render(place: string, name: string, io: CliIo): Promise<readonly Resource[]> {
  const parts = await composeLocal(io.settings)
  const root = await rootOf(place, io)
  const path = relative(root, place).split(sep).join('/') || '.'
  const rendered = await renderDirectory(await localParts(parts, io), parts.openDirectory(root), path)
  if (rendered === undefined)
    throw new AppError('bad-input', `${name} is a component: name a kustomization that uses it`)
  const { failure } = rendered
  if (failure === undefined) return rendered.resources
  const at = failure.file === undefined ? name : relative(io.cwd, join(root, failure.file)) || failure.file
  const where = failure.line === undefined ? at : `${at}:${failure.line}`
  throw new AppError('bad-input', `${where}  ${failure.message}`)
}

/** Renderings of a directory are not kept: its files have no ids that stand for their content. */
async function localParts(parts: LocalParts, io: CliIo): Promise<Parameters<typeof renderDirectory>[0]> {
  const cache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() }
  return { renderers: parts.renderers, cache, fingerprintKey: await fingerprintKey(io.settings.home) }
}

/**
 * How far a kustomization may reach: the working tree of git that it stands in, else the current directory where that contains it, else
 * no further than itself.
 */
async function rootOf(place: string, io: CliIo): Promise<string> {
  for (let directory = place; ; directory = dirname(directory)) {
    const hasGit = await stat(join(directory, '.git')).then(
      () => true,
      () => false,
    )
    if (hasGit) return directory
    if (dirname(directory) === directory) break
  }
  const below = relative(io.cwd, place)
  return below === '..' || below.startsWith(`..${sep}`) ? place : io.cwd
}

/**
 * Every manifest below a directory; files that hold no Kubernetes objects are passed over there, and only there. What lies in a chart is
 * its templates and values: the chart is rendered instead.
 */
async function readBelow(place: string, name: string, io: CliIo): Promise<readonly Resource[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  const found = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const charts = found.filter((file) => basename(file) === 'Chart.yaml').map((file) => dirname(file))
  const outer = charts.filter((chart) => !charts.some((other) => other !== chart && isBelow(chart, other)))
  const kustomizations = found.filter((file) => kustomizationNames.includes(basename(file)))
  const parts = await namedParts(kustomizations)
  const files = found.filter(
    (file) =>
      !kustomizations.includes(file) && !parts.has(file) && !outer.some((chart) => isBelow(file, chart)),
  )
  const shown = (file: string): string => join(name, relative(place, file))
  const read = await Promise.all([
    ...outer.map((chart) => render(chart, shown(chart), io)),
    ...files.map(async (file) => parse(await readText(file, shown(file)), shown(file), 'skip')),
  ])
  return read.flat()
}

/** Patches, values and configurations that kustomizations name: they look like manifests, and are only parts of some. */
async function namedParts(kustomizations: readonly string[]): Promise<ReadonlySet<string>> {
  const parts = new Set<string>()
  for (const file of kustomizations) {
    const value = await readFile(file, 'utf8')
      .then(readYaml, () => null)
      .catch(unreadable)
    if (!isJsonObject(value)) continue
    for (const { name, as } of kustomizationReferences(value).references)
      if (as === 'file' || as === 'plugin') parts.add(resolve(dirname(file), name))
  }
  return parts
}

/** A kustomization that cannot be read names nothing; whoever renders it is told. */
function unreadable(thrown: unknown): null {
  if (thrown instanceof YamlProblem) return null
  throw thrown
}

function isBelow(place: string, folder: string): boolean {
  return place.startsWith(folder + sep)
}

async function readText(file: string, shown: string): Promise<string> {
  return readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('bad-input', `${shown} cannot be read`, { cause: thrown })
  })
}

function parse(text: string, file: string, foreign: 'refuse' | 'skip'): readonly Resource[] {
  const parsed = parseManifests(text, { file, foreign, positions: 'ask' })
  if (parsed.ok) return parsed.value
  throw new AppError('bad-input', parsed.problems.map(describeProblem).join('\n'))
}
