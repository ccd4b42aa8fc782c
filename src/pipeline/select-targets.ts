import picomatch from 'picomatch'
import { targetKey, type DiscoveredTarget, type Discovery } from '../core/targets/discover/recipe.ts'
import { findTargets } from '../core/targets/find-targets.ts'
import type { GatheredSide, TargetName } from './gather-side.ts'
import type { ChangeRequest } from './take-change.ts'

/** A target of an environment, with what each side knows of it. */
export interface SelectedTarget {
  readonly key: string
  readonly path: string
  /** The object that declares it. */
  readonly by?: string | undefined
  /** The file in which that object stands. */
  readonly file?: string | undefined
  readonly base?: TargetName | undefined
  readonly head?: TargetName | undefined
}

export interface Selection {
  readonly targets: readonly SelectedTarget[]
  readonly notEvaluated: Discovery['notEvaluated']
}

/**
 * The targets of each environment. With `discover`, its globs select among what objects declare, by the directory that is applied or by
 * the file of the object that says so; without globs it has all of them. A directory that a glob names and no object applies stays a
 * target as it lies there, so that nothing gets lost.
 */
export async function selectTargets(
  request: ChangeRequest,
  base: GatheredSide,
  head: GatheredSide,
): Promise<readonly Selection[]> {
  const isAsked = request.environments.some(({ discover }) => discover === true)
  const sides = isAsked
    ? await Promise.all([base.discover(request.repository), head.discover(request.repository)])
    : undefined
  return request.environments.map(({ targets: globs, discover }) => {
    const matches = picomatch([...globs])
    const isChosen = ({ path, file }: { readonly path?: string; readonly file: string }): boolean =>
      globs.length === 0 || matches(file) || (path !== undefined && matches(path))
    const [before, after] = (discover === true ? sides : undefined) ?? [none, none]
    const declared = new Map<string, SelectedTarget>()
    const add = (side: 'base' | 'head', target: DiscoveredTarget): void => {
      const key = targetKey(target)
      const { path, by, file } = target
      declared.set(key, {
        ...declared.get(key),
        key,
        path,
        by,
        file,
        [side]: { key, path, declared: target },
      })
    }
    for (const target of before.targets.filter(isChosen)) add('base', target)
    for (const target of after.targets.filter(isChosen)) add('head', target)
    const applied = new Set([...declared.values()].map(({ path }) => path))
    const named = findTargets(globs, [base.tree, head.tree])
      .filter((path) => !applied.has(path))
      .map((path) => ({ key: path, path, base: { key: path, path }, head: { key: path, path } }))
    return {
      targets: [...declared.values(), ...named].sort((a, b) => (a.path < b.path ? -1 : 1)),
      notEvaluated: after.notEvaluated.filter(isChosen),
    }
  })
}

const none: Discovery = { targets: [], notEvaluated: [] }
