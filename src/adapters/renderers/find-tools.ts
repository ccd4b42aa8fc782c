import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { runJailed } from './jail.ts'

/** A program that renders, with what it calls itself. */
export interface Tool {
  readonly file: string
  /** `kustomize v5.8.1 (kubectl)`: part of every cache key. */
  readonly version: string
  /** Arguments before those of a build: kubectl has kustomize inside. */
  readonly lead: readonly string[]
  /** Arguments with which it says its version: the proof that it runs. */
  readonly probe: readonly string[]
}

export interface Tools {
  readonly kustomize?: Tool | undefined
  readonly helm?: Tool | undefined
  readonly ytt?: Tool | undefined
  /** A kustomize that can work with this helm: before 5.8 it asks helm for its version in a way that helm 4 does not know. */
  readonly inflater?: Tool | undefined
}

/** Older ones miss what the closure of inputs knows of, or treat it otherwise. */
const oldestKustomize = [5, 4]
const oldestHelm = [3, 14]
const oldestForHelm4 = [5, 8]

/** Looks on PATH first, then in the given folders, for kustomize (or a kubectl with it) and helm that are new enough. */
export async function findTools(path: string, folders: readonly string[]): Promise<Tools> {
  const places = [...path.split(delimiter).filter(isAbsolute), ...folders]
  const findKustomize = (least: readonly number[]): Promise<Tool | undefined> =>
    firstSuitable(places, ['kustomize', 'kubectl'], path, (file) => kustomizeTool(file, path, least))
  const [kustomize, helm, ytt] = await Promise.all([
    findKustomize(oldestKustomize),
    firstSuitable(places, ['helm'], path, helmTool),
    firstSuitable(places, ['ytt'], path, yttTool),
  ])
  const isHelm4 = helm !== undefined && isAtLeast(helm.version.replace('helm ', ''), [4, 0])
  return { kustomize, helm, ytt, inflater: isHelm4 ? await findKustomize(oldestForHelm4) : kustomize }
}

async function firstSuitable(
  places: readonly string[],
  names: readonly string[],
  path: string,
  examine: (file: string, path: string) => Promise<Tool | undefined>,
): Promise<Tool | undefined> {
  for (const place of places)
    for (const name of names) {
      const file = join(place, name)
      const isProgram = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
      const tool = isProgram ? await examine(file, path) : undefined
      if (tool !== undefined) return tool
    }
  return undefined
}

async function kustomizeTool(
  file: string,
  path: string,
  least: readonly number[],
): Promise<Tool | undefined> {
  const isKubectl = file.endsWith('kubectl')
  const probe = isKubectl ? ['version', '--client'] : ['version']
  const words = await output(file, probe, path)
  const version = (isKubectl ? /Kustomize Version: (v\S+)/ : /(v\d\S*)/).exec(words)?.[1]
  if (version === undefined || !isAtLeast(version, least)) return undefined
  return {
    file,
    version: `kustomize ${version}${isKubectl ? ' (kubectl)' : ''}`,
    lead: [isKubectl ? 'kustomize' : 'build'],
    probe,
  }
}

async function helmTool(file: string, path: string): Promise<Tool | undefined> {
  const version = /(v\d[^\s+]*)/.exec(await output(file, ['version', '--short'], path))?.[1]
  return version === undefined || !isAtLeast(version, oldestHelm)
    ? undefined
    : { file, version: `helm ${version}`, lead: ['template'], probe: ['version', '--short'] }
}

async function yttTool(file: string, path: string): Promise<Tool | undefined> {
  const version = /(\d+\.\d[^\s+]*)/.exec(await output(file, ['version'], path))?.[1]
  return version === undefined ? undefined : { file, version: `ytt ${version}`, lead: [], probe: ['version'] }
}

/** A program that does not answer is not suitable. */
async function output(program: string, args: readonly string[], path: string): Promise<string> {
  const run = {
    program,
    args,
    directory: '/',
    home: '/nonexistent',
    path,
    powers: { network: 'none', root: 'shared' },
  } as const
  return runJailed({ ...run, limits: { time: 10_000, memory: 2 ** 30, output: 2 ** 20 } }).then(
    ({ code, stdout }) => (code === 0 ? stdout : ''),
    () => '',
  )
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.replace(/^v/, '').split(/[.+-]/).map(Number)
  for (const [place, wanted] of least.entries()) {
    const part = parts[place] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
