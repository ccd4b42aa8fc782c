import { kindOfDirectory } from '../core/targets/describe-node.ts'
import type { NodeKind } from '../core/targets/node.ts'
import type { Files } from '../ports/repository.ts'
import { emptyMemory } from './change-memory.ts'
import { gatherSide } from './gather-side.ts'
import { RenderQueue, type Rendered } from './render-queue.ts'
import type { ChangeParts } from './take-change.ts'

/** A directory as its deployer would render it. */
export interface RenderedDirectory extends Rendered {
  readonly renderer: NodeKind
}

/**
 * Renders one directory of a tree through the closure of its inputs and the jail, like a target. Undefined: nothing in it can be
 * rendered, or it is a component, which is no target.
 */
export async function renderDirectory(
  parts: Omit<ChangeParts, 'repository'>,
  files: Files,
  path: string,
): Promise<RenderedDirectory | undefined> {
  const side = await gatherSide(files, 'HEAD', parts.remotes)
  if (kindOfDirectory(side.tree, path) === undefined) return undefined
  await side.close([{ key: path, path }])
  const target = side.sides.get(path)
  if (target === undefined) return undefined
  const rendered = await new RenderQueue({ ...parts, repository: files }, emptyMemory()).render(target, side)
  return { ...rendered, renderer: target.kind }
}
