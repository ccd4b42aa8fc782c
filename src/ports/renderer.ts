import type { HelmRecipe } from '../core/targets/discover/recipe.ts'
import type { RendererKind } from '../core/targets/target.ts'

/** The inputs of one target, laid out in memory: nothing else is visible to the renderer. */
export interface RenderRequest {
  readonly renderer: RendererKind
  /** Directory of the target, relative to the repository. */
  readonly target: string
  /** Content of every input by path relative to the repository. */
  readonly files: ReadonlyMap<
    string,
    { readonly mode: '100644' | '100755' | '120000'; readonly content: Buffer }
  >
  /** How the deployer calls Helm. Absent: with the chart's own values, named after its directory. */
  readonly helm?: HelmRecipe | undefined
}

/**
 * Turns a target's inputs into manifests with the deployer's own tool, in the jail.
 * Throws AppError: `render-failed` with the tool's message made readable, `render-limit` (time, memory, output),
 * `remote-refused`, `input-refused`, `tool-missing`.
 */
export interface Renderer {
  /** Name and version of the program, part of every cache key: `kustomize v5.8.1 (kubectl)`. */
  version(): Promise<string>
  /** The rendered YAML stream. */
  render(request: RenderRequest): Promise<string>
}

/** Renderings by content: same key, same text. A lost entry costs time, never correctness. */
export interface RenderCache {
  get(key: string): Promise<string | undefined>
  set(key: string, rendered: string): Promise<void>
}
