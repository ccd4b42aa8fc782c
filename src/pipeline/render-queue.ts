import { basename } from 'node:path'
import { parseManifests } from '../core/change/parse-manifests.ts'
import { maskText } from '../core/change/mask.ts'
import { isJsonObject, readYaml, YamlProblem } from '../core/change/read-yaml.ts'
import { kustomizationNames } from '../core/targets/describe-kustomization.ts'
import { mergeKustomization } from '../core/targets/discover/argo-application.ts'
import { substituteVariables } from '../core/targets/discover/flux.ts'
import type { Resource } from '../core/change/resource.ts'
import { checkInput } from '../core/targets/check-input.ts'
import { traceSources } from '../core/targets/trace-sources.ts'
import type { WrittenText } from '../core/targets/written-files.ts'
import type { RenderFailure } from '../core/targets/target.ts'
import { AppError } from '../errors.ts'
import type { RenderRequest } from '../ports/renderer.ts'
import { memoryOf, type ChangeMemory } from './change-memory.ts'
import type { GatheredSide, TargetSide } from './gather-side.ts'
import { readContents, type Contents } from './read-contents.ts'
import type { ChangeParts } from './take-change.ts'

/** One side of a target, rendered or not. */
export interface Rendered {
  readonly resources: readonly Resource[]
  /** Stands for the inputs and the renderer: the same key, the same resources. Absent where it could not be rendered. */
  readonly key?: string | undefined
  readonly failure?: RenderFailure | undefined
}

/** A side with the key of its rendering. */
type KeyedSide = TargetSide & { readonly key: string }

/** All inputs of one target together, in bytes. */
const mostInputBytes = 100 * 1024 * 1024
/** Part of every cache key: changed when what is stored changes its meaning. */
const cacheEpoch = 1

/** Renders targets, a few at a time, each set of inputs once. */
export class RenderQueue {
  readonly #parts: ChangeParts
  readonly #memory: ChangeMemory

  /** Without a memory of its own it shares the one that goes with the renderers. */
  constructor(parts: ChangeParts, memory: ChangeMemory = memoryOf(parts.renderers, parts.concurrency)) {
    this.#parts = parts
    this.#memory = memory
  }

  /** An absent side renders as nothing. */
  async render(side: TargetSide | undefined, commit: GatheredSide): Promise<Rendered> {
    if (side === undefined) return { resources: [], key: '' }
    const renderer = side.kind === 'plain' ? undefined : this.#parts.renderers[side.kind]
    const version = await renderer?.version().catch(() => undefined)
    const key = JSON.stringify([cacheEpoch, version ?? null, side.closure.digest])
    const known = this.#memory.renderings.get(key)
    if (known !== undefined) return { resources: known, key }
    const { running } = this.#memory
    const started = running.get(key)
    if (started !== undefined) return started
    const rendering = this.#inTurn(() => this.#renderSide({ ...side, key }, commit)).finally(() =>
      running.delete(key),
    )
    running.set(key, rendering)
    return rendering
  }

  async #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const { turns } = this.#memory
    if (turns.free > 0) turns.free--
    else await new Promise<void>((resolve) => turns.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = turns.waiting.shift()
      if (next === undefined) turns.free++
      else next()
    }
  }

  async #renderSide(side: KeyedSide, commit: GatheredSide): Promise<Rendered> {
    const [refused] = side.closure.failures
    if (refused !== undefined) return { resources: [], failure: refused }
    const contents: Contents = new Map()
    try {
      await readContents(this.#parts.repository, commit.tree, side.closure.inputs, contents)
      const files = inputFiles(side, commit, contents)
      if (side.recipe?.kustomization !== undefined) writeKustomization(side, files)
      const rendered = side.kind === 'plain' ? readPlain(files) : await this.#renderWith(side, files)
      if (rendered.failure !== undefined) return rendered
      const weight = rendered.resources.reduce((sum, { object }) => sum + JSON.stringify(object).length, 0)
      this.#memory.renderings.set(side.key, rendered.resources, weight)
      return { ...rendered, key: side.key }
    } catch (thrown) {
      return { resources: [], failure: this.#describe(thrown, side) }
    }
  }

  async #renderWith(side: KeyedSide, files: RenderRequest['files']): Promise<Rendered> {
    for (const [path, { content, mode }] of files) {
      const failure = mode === '120000' ? undefined : checkInput(path, content.toString('utf8'))
      if (failure !== undefined) return { resources: [], failure }
    }
    const rendered = await this.#renderCached(side, files)
    const variables = side.recipe?.substitute
    const text = variables === undefined ? rendered : substituteVariables(rendered, variables)
    const file = ownFile(side)
    const parsed = parseManifests(text, { file, foreign: 'skip', memo: this.#memory.documents })
    if (parsed.ok) {
      const written = this.#writtenResources(side, files)
      return { resources: traceSources(parsed.value, written, file, textsOf(side, files)) }
    }
    const message = `what it renders cannot be read: ${parsed.problems[0]?.message ?? ''}`
    return { resources: [], failure: { code: 'render-failed', message, file } }
  }

  async #renderCached(side: KeyedSide, files: RenderRequest['files']): Promise<string> {
    const renderer = this.#parts.renderers[side.kind]
    if (renderer === undefined)
      throw new AppError('tool-missing', `nothing here renders ${side.kind} targets`)
    // Without the renderer nothing is answered from what an earlier one stored.
    await renderer.version()
    const stored = await this.#parts.cache.get(side.key)
    if (stored !== undefined) return stored
    const rendered = await renderer.render({
      renderer: side.kind,
      target: side.path,
      files,
      helm: side.recipe?.helm,
    })
    await this.#parts.cache.set(side.key, rendered)
    return rendered
  }

  /** Resources as people wrote them, for tracing a rendered one back to its file. */
  #writtenResources(side: TargetSide, files: RenderRequest['files']): readonly Resource[] {
    if (side.kind !== 'kustomize') return []
    return [...files].flatMap(([path, { content, mode }]) => {
      if (mode === '120000' || !/\.(?:ya?ml|json)$/.test(path)) return []
      const text = content.toString('utf8')
      const key = `${path}\0${text}`
      const known = this.#memory.written.get(key)
      if (known !== undefined) return known
      const parsed = parseManifests(text, { file: path, foreign: 'skip', positions: 'start' })
      const written = parsed.ok ? parsed.value : []
      this.#memory.written.set(key, written, text.length)
      return written
    })
  }

  /** What the commit contains, or a renderer that is not installed, is a failure of the target; anything else is thrown on. */
  #describe(thrown: unknown, side: TargetSide): RenderFailure {
    if (!(thrown instanceof AppError) || (thrown.kind !== 'user' && thrown.code !== 'tool-missing'))
      throw thrown
    const [missing] = side.closure.missing
    if (thrown.code === 'render-failed' && missing !== undefined) return missing
    const message = maskText(thrown.message, this.#parts.fingerprintKey)
    const mentioned = side.closure.inputs.filter((path) => message.includes(path))
    const file = mentioned.sort((a, b) => b.length - a.length)[0] ?? ownFile(side)
    return { code: thrown.code, message, file }
  }
}

/** Inputs in which the fields of a kustomization's resources are written. */
function textsOf(side: TargetSide, files: RenderRequest['files']): readonly WrittenText[] {
  if (side.kind !== 'kustomize' || side.recipe?.kustomization !== undefined) return []
  return [...files]
    .filter(([path, { mode }]) => mode !== '120000' && /(?:\.(?:ya?ml|json)|\/Kustomization)$/.test(path))
    .map(([path, { content }]) => ({
      path,
      get text() {
        return content.toString('utf8')
      },
    }))
}

type InputFiles = Map<string, { mode: '100644' | '100755' | '120000'; content: Buffer }>

/** Puts what the deployer adds into the kustomization of the target. Throws `render-failed` where that cannot be read. */
function writeKustomization(side: TargetSide, files: InputFiles): void {
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

function inputFiles(side: TargetSide, commit: GatheredSide, contents: Contents): InputFiles {
  const files = new Map<string, { mode: '100644' | '100755' | '120000'; content: Buffer }>()
  let bytes = 0
  for (const path of side.closure.inputs) {
    const content = contents.get(path)
    const mode = commit.tree.files.get(path)?.mode
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

/** Plain manifests are read where they stand, with the line of every field. */
function readPlain(files: RenderRequest['files']): Rendered {
  const resources: Resource[] = []
  for (const [path, { content, mode }] of files) {
    if (mode === '120000') continue
    const parsed = parseManifests(content.toString('utf8'), { file: path, positions: true, foreign: 'skip' })
    if (parsed.ok) resources.push(...parsed.value)
    else {
      const [problem] = parsed.problems
      const failure = {
        code: 'render-failed',
        message: problem?.message ?? '',
        file: path,
        line: problem?.line,
      }
      return { resources: [], failure }
    }
  }
  return { resources }
}

function ownFile(side: TargetSide): string {
  const names = {
    kustomize: /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/,
    helm: /(?:^|\/)Chart\.yaml$/,
    plain: /./,
  }
  const own = side.closure.nodes[0]?.inputs.find((path) => names[side.kind].test(path))
  return own ?? side.path
}
