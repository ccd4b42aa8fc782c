import type { GatheredSide } from './gather-side.ts'
import { findPatched } from './find-patched.ts'
import type { RenderQueue } from './render-queue.ts'
import { byPath, pairTargets, type SelectedTarget, type Selection } from './select-targets.ts'

/** Charts that make Applications whose charts make Applications: so many times. */
const deepest = 3

/**
 * Reads the inputs of all selected targets, and follows charts that make GitOps objects: they are rendered, and what their objects
 * declare are targets too, to a bounded depth. Object files that another target of the environment applies are dropped.
 */
export async function closeTargets(
  selections: readonly Selection[],
  base: GatheredSide,
  head: GatheredSide,
  queue: RenderQueue,
  repository: string | undefined,
): Promise<readonly Selection[]> {
  const closeAll = async (targets: readonly SelectedTarget[]): Promise<void> => {
    await Promise.all([
      base.close(targets.flatMap((each) => each.base ?? [])),
      head.close(targets.flatMap((each) => each.head ?? [])),
    ])
  }
  await closeAll(selections.flatMap(({ targets }) => targets))
  const followed = await Promise.all(
    selections.map(async (selection) => {
      let { targets, notEvaluated } = selection
      let fresh = targets
      for (let depth = 0; depth < deepest && fresh.length > 0; depth++) {
        const made = await madeBy(fresh, base, head, queue, repository)
        const known = new Set(targets.map(({ key }) => key))
        fresh = made.targets.filter(({ key }) => !known.has(key))
        targets = [...targets, ...fresh]
        notEvaluated = [...notEvaluated, ...made.notEvaluated]
        await closeAll(fresh)
      }
      const deeper = fresh.length === 0 ? [] : tooDeep(fresh)
      return { targets: targets.toSorted(byPath), notEvaluated: [...notEvaluated, ...deeper] }
    }),
  )
  return followed.map(({ targets, notEvaluated }) => {
    const sides = [base, head].map(({ tree, sides: known }) => ({
      tree,
      applied: new Set(
        targets.flatMap(({ key, isObjectFile }) =>
          isObjectFile === true ? [] : (known.get(key)?.closure.inputs ?? []),
        ),
      ),
    }))
    const isAppliedElsewhere = ({ isObjectFile, path }: SelectedTarget): boolean =>
      isObjectFile === true && sides.every(({ tree, applied }) => !tree.files.has(path) || applied.has(path))
    return { targets: targets.filter((target) => !isAppliedElsewhere(target)), notEvaluated }
  })
}

/** What the objects declare that these targets make on either side. */
async function madeBy(
  targets: readonly SelectedTarget[],
  base: GatheredSide,
  head: GatheredSide,
  queue: RenderQueue,
  repository: string | undefined,
): Promise<Selection> {
  const found = await Promise.all(
    targets.map(async ({ key }): Promise<Selection> => {
      const [before, after] = await Promise.all(
        [base, head].map(async (side) => {
          const target = side.sides.get(key)
          const maker = target?.closure.inputs.find((path) => side.makers.has(path))
          if (target === undefined) return none
          if (maker === undefined) return findPatched(target, side, queue, repository)
          // What cannot be rendered is said when the target itself is judged.
          const { resources } = await queue.render(target, side)
          return side.discoverMade(resources, maker, repository)
        }),
      )
      return {
        targets: pairTargets(before?.targets ?? [], after?.targets ?? []),
        notEvaluated: after?.notEvaluated ?? [],
      }
    }),
  )
  return {
    targets: found.flatMap((each) => each.targets),
    notEvaluated: found.flatMap((each) => each.notEvaluated),
  }
}

const none = { targets: [], notEvaluated: [] }

function tooDeep(fresh: readonly SelectedTarget[]): Selection['notEvaluated'] {
  return fresh.map(({ by = '', file = '' }) => ({
    by,
    file,
    reason: 'what it makes itself is not followed: charts that make objects are nested too deeply',
  }))
}
