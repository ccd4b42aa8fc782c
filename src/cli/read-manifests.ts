import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { composeLocal } from '../compose.ts'
import { parseManifests } from '../core/change/parse-manifests.ts'
import type { Resource } from '../core/change/resource.ts'
import { describeProblem } from '../core/problem.ts'
import { AppError } from '../errors.ts'
import { takeChange } from '../pipeline/take-change.ts'
import { manifestsBelow, repositoryRoot } from './checklist-files.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * Resources of files, directories and streams. A directory with a kustomization or a chart is rendered; of any other, every manifest
 * below it is read.
 */
export async function readManifests(paths: readonly string[], io: CliIo): Promise<readonly Resource[]> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new AppError('usage', 'standard input can be read once')
  const all: Resource[] = []
  for (const path of paths) for (const resource of await readOne(path, io)) all.push(resource)
  return all
}

async function readOne(path: string, io: CliIo): Promise<readonly Resource[]> {
  if (path === '-') return parse(await io.readStdin(), 'standard input', 'refuse')
  const place = resolve(io.cwd, path)
  const kind = await stat(place).catch(() => undefined)
  if (kind === undefined) throw new AppError('bad-input', `${path} does not exist`)
  if (!kind.isDirectory()) {
    if (kustomizations.includes(basename(place))) return render(dirname(place), io)
    return parse(await readText(place, path), path, 'refuse')
  }
  if ([...kustomizations, 'Chart.yaml'].some((name) => existsSync(join(place, name))))
    return render(place, io)
  const found = await manifestsBelow(place)
  // What lies in a chart is its templates and values: the chart is rendered instead.
  const charts = found.filter((file) => basename(file) === 'Chart.yaml').map((file) => dirname(file))
  const outer = charts.filter((chart) => !charts.some((other) => other !== chart && isBelow(chart, other)))
  const files = found.filter(
    (file) => !kustomizations.includes(basename(file)) && !outer.some((chart) => isBelow(file, chart)),
  )
  const read = await Promise.all([
    ...outer.map((chart) => render(chart, io)),
    ...files.map(async (file) => {
      const shown = join(path, relative(place, file))
      return parse(await readText(file, shown), shown, 'skip')
    }),
  ])
  return read.flat()
}

/** Renders a directory as a pull request's would be: only its inputs are laid out, in the jail. */
async function render(place: string, io: CliIo): Promise<readonly Resource[]> {
  const root = repositoryRoot(place) ?? (isBelow(place, io.cwd) ? io.cwd : place)
  const target = relative(root, place).split(sep).join('/') || '.'
  const parts = await composeLocal(io.settings)
  const [change] = await takeChange(
    {
      ...parts,
      // What stands in a directory now may be another thing in a minute.
      cache: { get: async () => undefined, set: async () => undefined },
      repository: parts.openDirectory(root),
      fingerprintKey: await fingerprintKey(io.settings.home),
    },
    { base: 'now', head: 'now', environments: [{ name: 'ready', targets: [target] }], render: 'all' },
  )
  const [failure] = change?.failures ?? []
  if (failure !== undefined) {
    const where = `${failure.file ?? target}${failure.line === undefined ? '' : `:${failure.line}`}`
    throw new AppError('bad-input', `${where}  ${failure.message}`)
  }
  if (change === undefined || change.targets.length === 0)
    throw new AppError('bad-input', `${target} is nothing that can be rendered by itself`)
  return change.targets.flatMap(({ head }) => head)
}

function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(folder + sep)
}

async function readText(file: string, shown: string): Promise<string> {
  return readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('bad-input', `${shown} cannot be read`, { cause: thrown })
  })
}

function parse(text: string, file: string, foreign: 'refuse' | 'skip'): readonly Resource[] {
  const parsed = parseManifests(text, { file, foreign, positions: true })
  if (parsed.ok) return parsed.value
  throw new AppError('bad-input', parsed.problems.map(describeProblem).join('\n'))
}
