import { basename, posix } from 'node:path'
import { readPlainYaml } from '../core/change/read-plain-yaml.ts'
import { isJsonList, isJsonObject, readYaml, YamlProblem } from '../core/change/read-yaml.ts'
import type { Json, JsonObject } from '../core/change/resource.ts'
import { kustomizationNames } from '../core/targets/describe-kustomization.ts'
import { mergeKustomization } from '../core/targets/discover/argo-application.ts'
import { AppError } from '../errors.ts'
import type { GatheredSide, TargetSide } from './gather-side.ts'
import type { Contents } from './read-contents.ts'

/** All inputs of one target together, in bytes. */
const mostInputBytes = 100 * 1024 * 1024
export type InputFiles = Map<string, { mode: '100644' | '100755' | '120000'; content: Buffer }>

/** Puts what the deployer adds into the kustomization of the target. Throws `render-failed` where that cannot be read. */
export function writeKustomization(side: TargetSide, files: InputFiles): void {
  const fields = side.recipe?.kustomization ?? {}
  const inTarget = (name: string): string => (side.path === '.' ? name : `${side.path}/${name}`)
  const path = kustomizationNames.map(inTarget).find((each) => files.has(each))
  if (Object.keys(fields).length === 0 && side.generated === undefined) return
  try {
    const written =
      path === undefined ? side.generated : readYaml(files.get(path)?.content.toString('utf8') ?? '')
    const merged = mergeKustomization(isJsonObject(written) ? written : {}, fields)
    files.set(path ?? inTarget('kustomization.yaml'), {
      mode: '100644',
      content: Buffer.from(JSON.stringify(merged)),
    })
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    throw new AppError('render-failed', thrown.message, { cause: thrown })
  }
}

/**
 * Names of directories elsewhere become those of the places where they are laid out. A kustomization that is a symlink becomes a file:
 * what it leads to may be named by others too. Throws `render-failed` where one cannot be read.
 */
export function writeRemotes(side: TargetSide, files: InputFiles): void {
  for (const { path: directory, remotes = [] } of side.closure.nodes) {
    if (remotes.length === 0) continue
    const places = new Map(remotes.map(({ name, path }) => [name, posix.relative(directory, path)]))
    const placed = (value: Json): Json => (typeof value === 'string' ? (places.get(value) ?? value) : value)
    for (const name of kustomizationNames) {
      const path = posix.join(directory, name)
      const text = followed(path, files)?.toString('utf8')
      if (text === undefined) continue
      const written = readKustomizationText(text)
      const fields = ['resources', 'bases', 'components'].flatMap((field) => {
        const value = written[field]
        return value === undefined
          ? []
          : [[field, isJsonList(value) ? value.map((each) => placed(each)) : placed(value)] as const]
      })
      const content = Buffer.from(JSON.stringify({ ...written, ...Object.fromEntries(fields) }))
      files.set(path, { mode: '100644', content })
    }
  }
}

/** The content of a file, through symlinks among the inputs. */
function followed(path: string, files: InputFiles): Buffer | undefined {
  let at = path
  for (let links = 0; links < 40; links++) {
    const found = files.get(at)
    if (found?.mode !== '120000') return found?.content
    at = posix.join(posix.dirname(at), found.content.toString('utf8'))
  }
  return undefined
}

function readKustomizationText(text: string): JsonObject {
  try {
    const written = readPlainYaml(text) ?? readYaml(text)
    return isJsonObject(written) ? written : {}
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    throw new AppError('render-failed', thrown.message, { cause: thrown })
  }
}

/** The inputs with their contents. Throws `input-refused` for what is too large. */
export function inputFiles(side: TargetSide, commit: GatheredSide, contents: Contents): InputFiles {
  const files = new Map<string, { mode: '100644' | '100755' | '120000'; content: Buffer }>()
  let bytes = 0
  for (const path of side.closure.inputs) {
    const content = contents.get(path)
    const mode = commit.mounts.files.get(path)?.mode
    if (content instanceof AppError)
      throw new AppError('input-refused', content.message.replace(/^a file/, path).replace(/ \(blob .*/, ''))
    if (content === undefined || mode === undefined || mode === '160000') continue
    bytes += content.length
    files.set(path, { mode, content })
  }
  if (bytes > mostInputBytes)
    throw new AppError(
      'input-refused',
      `its inputs have ${Math.round(bytes / 1024 / 1024)} MB together; at most 100 MB are read`,
    )
  for (const [path, copy] of dependencyCopies(side, files)) files.set(path, copy)
  return files
}

/** `file://` dependencies of a chart are put where `helm dependency build` would put them. */
function dependencyCopies<File>(
  side: TargetSide,
  files: ReadonlyMap<string, File>,
): readonly (readonly [string, File])[] {
  const charts = side.closure.nodes.filter(({ kind }) => kind === 'helm')
  return charts.flatMap((chart) =>
    chart.children.flatMap((dependency) =>
      dependency.path.startsWith(`${chart.path}/charts/`)
        ? []
        : [...files]
            .filter(([path]) => path.startsWith(`${dependency.path}/`))
            .map(
              ([path, file]) =>
                [
                  `${chart.path}/charts/${basename(dependency.path)}/${path.slice(dependency.path.length + 1)}`,
                  file,
                ] as const,
            ),
    ),
  )
}
