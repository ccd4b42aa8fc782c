import { parseManifests } from '../core/change/parse-manifests.ts'
import { maskText } from '../core/change/mask.ts'
import { filesBelow } from '../core/targets/file-tree.ts'
import { substituteVariables } from '../core/targets/discover/flux.ts'
import type { Resource } from '../core/change/resource.ts'
import { checkInput } from '../core/targets/check-input.ts'
import { traceSources } from '../core/targets/trace-sources.ts'
import { templateOf, traceTemplates } from '../core/targets/trace-templates.ts'
import type { RendererKind, RenderFailure } from '../core/targets/target.ts'
import type { WrittenText } from '../core/targets/written-files.ts'
import { AppError } from '../errors.ts'
import type { RenderRequest } from '../ports/renderer.ts'
import { memoryOf, type ChangeMemory } from './change-memory.ts'
import type { GatheredSide, TargetSide } from './gather-side.ts'
import { findYtt, readPlain } from './read-plain.ts'
import { isMounted } from '../core/targets/remote-mount.ts'
import { inputFiles, writeKustomization, writeRemotes } from './render-inputs.ts'
import { renderRepeatably } from './render-repeatably.ts'
import type { Contents } from './read-contents.ts'
import type { ChangeParts } from './take-change.ts'

/** One side of a target, rendered or not. */
export interface Rendered {
  readonly resources: readonly Resource[]
  /** Stands for the inputs and the renderer: the same key, the same resources. Absent where it could not be rendered. */
  readonly key?: string | undefined
  readonly failure?: RenderFailure | undefined
  /** Where it is another than the directory looks like. */
  readonly renderer?: RendererKind | undefined
}

/** A side with the key of its rendering. */
type KeyedSide = TargetSide & { readonly key: string }

/** Files of one target that a program has to render: kustomize takes minutes for twice as many. */
const mostInputFiles = 5_000
/** Milliseconds for which a rendering that went beyond a limit is not tried again: the machine may have been busy. */
const limitRemembered = 10 * 60_000
/** Part of every cache key: changed when what is stored changes its meaning. */
const cacheEpoch = 2

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
    const failed = this.#memory.failures.get(key)
    if (failed !== undefined && failed.until > Date.now()) return { resources: [], failure: failed.failure }
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
      if (side.kind !== 'plain' && side.closure.inputs.length > mostInputFiles)
        throw new AppError(
          'input-refused',
          `its inputs are ${side.closure.inputs.length} files; at most ${mostInputFiles} are rendered together`,
        )
      await commit.mounts.read(side.closure.inputs, contents)
      const files = inputFiles(side, commit, contents)
      writeRemotes(side, files)
      if (side.recipe?.kustomization !== undefined) writeKustomization(side, files)
      const template = side.kind === 'plain' && side.recipe === undefined ? findYtt(files) : undefined
      const rendered =
        template !== undefined
          ? await this.#renderYtt(side, files, commit, template)
          : side.kind === 'plain'
            ? readPlain(side, files)
            : await this.#renderWith(side, files)
      if (rendered.failure !== undefined) return this.#remember(side, rendered.failure)
      const weight = rendered.resources.reduce((sum, { object }) => sum + JSON.stringify(object).length, 0)
      this.#memory.renderings.set(side.key, rendered.resources, weight)
      return { ...rendered, key: side.key }
    } catch (thrown) {
      return this.#remember(side, this.#describe(thrown, side))
    }
  }

  /** The same inputs fail in the same way; only a program that is missing, or what lies elsewhere, may be there the next time. */
  #remember({ key }: KeyedSide, failure: RenderFailure): Rendered {
    const until = failure.code === 'render-limit' ? Date.now() + limitRemembered : Number.POSITIVE_INFINITY
    if (failure.code !== 'tool-missing' && failure.code !== 'remote-unavailable')
      this.#memory.failures.set(key, { failure, until }, failure.message.length)
    return { resources: [], failure }
  }

  async #renderWith(side: KeyedSide, files: RenderRequest['files']): Promise<Rendered> {
    for (const [path, { content, mode }] of files) {
      const failure = mode === '120000' ? undefined : checkInput(path, content.toString('utf8'))
      if (failure !== undefined) return { resources: [], failure }
    }
    const rendered = await this.#renderCached(side, files)
    const variables = side.recipe?.substitute
    const text =
      variables === undefined ? rendered : substituteVariables(rendered, variables, side.recipe?.keepUnknown)
    const file = ownFile(side)
    const templates = new Map<Resource, string>()
    const onDocument = (document: string, resources: readonly Resource[]): void => {
      const template = templateOf(document)
      if (template !== undefined) for (const each of resources) templates.set(each, template)
    }
    const memo = this.#memory.documents
    const parsed = parseManifests(text, { file, foreign: 'skip', memo, onDocument })
    if (parsed.ok && side.kind === 'helm') {
      const texts = textsIn(files)
      return {
        resources: traceTemplates(parsed.value, templates, { chart: side.path, fallback: file, texts }),
      }
    }
    if (parsed.ok) {
      const written = this.#writtenResources(side, files)
      return { resources: traceSources(parsed.value, written, file, textsOf(side, files)) }
    }
    const message = `what it renders cannot be read: ${parsed.problems[0]?.message ?? ''}`
    return { resources: [], failure: { code: 'render-failed', message, file } }
  }

  /** Plain to look at, and a template: ytt reads the whole directory, so all of it has to be an input. */
  async #renderYtt(
    side: KeyedSide,
    files: RenderRequest['files'],
    commit: GatheredSide,
    { file, line }: { readonly file: string; readonly line: number },
  ): Promise<Rendered> {
    const refuse = (code: string, words: string): Rendered => ({
      resources: [],
      failure: { code, message: `it is a template of ytt, and ${words}`, file, line },
    })
    if (this.#parts.renderers.ytt === undefined)
      return refuse('tool-missing', 'no ytt was found on PATH; install it, or commit what ytt makes of it')
    const unread = filesBelow(commit.tree, side.path).find(({ path }) => !files.has(path))
    if (unread !== undefined)
      return refuse(
        'input-refused',
        `ytt would read more than is known here (${unread.path}): give its directory a values.yaml, a schema.yaml or a .lib.yaml`,
      )
    const text = await this.#renderCached(side, files, 'ytt')
    const parsed = parseManifests(text, { file, foreign: 'skip', memo: this.#memory.documents })
    if (!parsed.ok)
      return refuse('render-failed', `what it renders cannot be read: ${parsed.problems[0]?.message ?? ''}`)
    return { resources: traceSources(parsed.value, [], file), renderer: 'ytt' }
  }

  async #renderCached(
    side: KeyedSide,
    files: RenderRequest['files'],
    kind: RendererKind = side.kind,
  ): Promise<string> {
    const renderer = this.#parts.renderers[kind]
    if (renderer === undefined) throw new AppError('tool-missing', `nothing here renders ${kind} targets`)
    // Without the renderer nothing is answered from what an earlier one stored.
    const version = await renderer.version()
    const key = kind === side.kind ? side.key : JSON.stringify([side.key, version])
    const stored = await this.#parts.cache.get(key)
    if (stored !== undefined) return stored
    const request = { renderer: kind, target: side.path, files, helm: side.recipe?.helm }
    const rendered = await renderRepeatably(renderer, request)
    await this.#parts.cache.set(key, rendered)
    return rendered
  }

  /** Resources as people wrote them, for tracing a rendered one back to its file. */
  #writtenResources(side: TargetSide, files: RenderRequest['files']): readonly Resource[] {
    if (side.kind !== 'kustomize') return []
    return [...files].flatMap(([path, { content, mode }]) => {
      // What lies elsewhere is shown where this repository names it.
      if (mode === '120000' || isMounted(path) || !/\.(?:ya?ml|json)$/.test(path)) return []
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
    const isPassing =
      thrown instanceof AppError && ['tool-missing', 'remote-unavailable'].includes(thrown.code)
    if (!(thrown instanceof AppError) || (thrown.kind !== 'user' && !isPassing)) throw thrown
    const [missing] = side.closure.missing
    if (thrown.code === 'render-failed' && missing !== undefined) return missing
    const message = maskText(thrown.message, this.#parts.fingerprintKey)
    const mentioned = side.closure.inputs.filter((path) => !isMounted(path) && message.includes(path))
    const file = mentioned.sort((a, b) => b.length - a.length)[0] ?? ownFile(side)
    return { code: thrown.code, message, file }
  }
}

/** Inputs in which the fields of a kustomization's resources are written. */
function textsOf(side: TargetSide, files: RenderRequest['files']): readonly WrittenText[] {
  if (side.kind !== 'kustomize' || side.recipe?.kustomization !== undefined) return []
  return textsIn(files)
}

function textsIn(files: RenderRequest['files']): readonly WrittenText[] {
  return [...files]
    .filter(
      ([path, { mode }]) =>
        mode !== '120000' && !isMounted(path) && /(?:\.(?:ya?ml|json)|\/Kustomization)$/.test(path),
    )
    .map(([path, { content }]) => ({
      path,
      get text() {
        return content.toString('utf8')
      },
    }))
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
