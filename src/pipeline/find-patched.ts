import { canonicalJson } from '../core/change/canonical-json.ts'
import { gitOpsObjects, type GitOpsObject } from '../core/targets/discover/read-objects.ts'
import type { Discovery } from '../core/targets/discover/recipe.ts'
import type { GatheredSide, TargetSide } from './gather-side.ts'
import type { RenderQueue } from './render-queue.ts'

const none: Discovery = { targets: [], notEvaluated: [] }

/**
 * GitOps objects that the kustomization of a target changes: what they declare when it is rendered, beside what they declare as they are
 * written. One that has the same directory under the same name stays as it is written, and is named as not evaluated. Nothing is
 * rendered where no kustomization of the target changes anything, or none of its inputs holds such an object.
 */
export async function findPatched(
  target: TargetSide,
  side: GatheredSide,
  queue: RenderQueue,
  repository: string | undefined,
): Promise<Discovery> {
  const isChanging = target.closure.nodes.some(({ transforms }) => transforms === true)
  if (!isChanging && target.recipe?.kustomization === undefined) return none
  const written = target.closure.inputs.flatMap((path) => side.objectsIn(path))
  if (written.length === 0) return none
  // What cannot be rendered is said when the target itself is judged.
  const { resources } = await queue.render(target, side)
  const patched = gitOpsObjects(resources, target.path).flatMap((made) => {
    const origin = originOf(made, written)
    return origin === undefined || isSame(made, origin) ? [] : [{ made, origin }]
  })
  const found = await Promise.all(
    patched.map(async ({ made, origin }): Promise<Discovery> => {
      const { targets, notEvaluated } = await side.discoverMade([made.resource], origin.file, repository)
      const reason = `kustomize changes it in ${target.path}: evaluated is what is written, and beside that the directories and names that come of it`
      return { targets, notEvaluated: [...notEvaluated, { by: made.by, file: origin.file, reason }] }
    }),
  )
  return {
    targets: found.flatMap((each) => each.targets),
    notEvaluated: found.flatMap((each) => each.notEvaluated),
  }
}

/** The object that this one was made of: the same kind under the same name, or the longest name that it contains. */
function originOf({ resource }: GitOpsObject, written: readonly GitOpsObject[]): GitOpsObject | undefined {
  const [best] = written
    .filter((each) => each.resource.kind === resource.kind && resource.name.includes(each.resource.name))
    .sort((a, b) => b.resource.name.length - a.resource.name.length)
  return best
}

function isSame(made: GitOpsObject, origin: GitOpsObject): boolean {
  return (
    made.resource.name === origin.resource.name && canonicalJson(made.spec) === canonicalJson(origin.spec)
  )
}
