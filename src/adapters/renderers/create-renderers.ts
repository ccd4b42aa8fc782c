import type { Renderer } from '../../ports/renderer.ts'
import type { RendererKind } from '../../core/targets/target.ts'
import { findTools, type Tools } from './find-tools.ts'
import { helmRenderer } from './helm.ts'
import { detectPowers, type JailPowers } from './jail.ts'
import { kustomizeRenderer } from './kustomize.ts'

/** What renders, and what `doctor` says about it. Plain manifests need no program. */
export interface RendererSet {
  readonly renderers: Readonly<Partial<Record<RendererKind, Renderer>>>
  readonly tools: Tools
  readonly powers: JailPowers
}

/** Finds the programs (PATH first, then `folders`) and the powers of the jail, once. */
export async function createRenderers(path: string, folders: readonly string[]): Promise<RendererSet> {
  const [tools, powers] = await Promise.all([findTools(path, folders), detectPowers(path)])
  return {
    renderers: { kustomize: kustomizeRenderer(tools, powers, path), helm: helmRenderer(tools, powers, path) },
    tools,
    powers,
  }
}
