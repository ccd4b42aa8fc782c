import type { Renderer } from '../../ports/renderer.ts'
import type { RendererKind } from '../../core/targets/target.ts'
import { findTools, type Tool, type Tools } from './find-tools.ts'
import { helmRenderer } from './helm.ts'
import { detectPowers, type JailPowers } from './jail.ts'
import { kustomizeRenderer } from './kustomize.ts'
import { removeLeftovers } from './lay-out.ts'
import { yttRenderer } from './ytt.ts'
import { workshop } from './workshop.ts'

/** What renders, and what `doctor` says about it. Plain manifests need no program. */
export interface RendererSet {
  readonly renderers: Readonly<Partial<Record<RendererKind, Renderer>>>
  readonly tools: Tools
  readonly powers: JailPowers
  /** Whether a tool runs with nothing of this machine to be seen. */
  readonly canIsolate: (tool: Tool) => Promise<boolean>
}

/** Finds the programs (PATH first, then `folders`) and the powers of the jail, once. Inputs are laid out below `scratch`. */
export async function createRenderers(
  path: string,
  folders: readonly string[],
  scratch: string,
): Promise<RendererSet> {
  const [tools, powers] = await Promise.all([findTools(path, folders), detectPowers(path)])
  await removeLeftovers(scratch)
  const place = workshop(scratch, powers, path)
  return {
    renderers: {
      kustomize: kustomizeRenderer(tools, place),
      helm: helmRenderer(tools, place),
      ...(tools.ytt === undefined ? {} : { ytt: yttRenderer(tools.ytt, place) }),
    },
    tools,
    powers,
    canIsolate: (tool) => place.canIsolate(tool),
  }
}
