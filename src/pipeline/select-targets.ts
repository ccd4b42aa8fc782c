import picomatch from 'picomatch'
import {
  targetKey,
  type DiscoveredTarget,
  type Discovery,
  type NotEvaluatedObject,
} from '../core/targets/discover/recipe.ts'
import { conventionalTarget } from '../core/targets/discover/conventional-values.ts'
import { parentOf, type FileTree } from '../core/targets/file-tree.ts'
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
  /** It is nothing but the file of an object: dropped where another target applies that file. */
  readonly isObjectFile?: boolean | undefined
}

export interface Selection {
  readonly targets: readonly SelectedTarget[]
  readonly notEvaluated: Discovery['notEvaluated']
}

/**
 * The targets of each environment. With `discover`, its globs select among what objects declare, by the directory that is applied or by
 * the file of the object that says so; without globs it has all of them. A directory that a glob names and no object applies stays a
 * target as it lies there, a chart with the values that are named after the environment, so that nothing gets lost.
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
  return request.environments.map(({ name, targets: globs, discover }) => {
    const matches = picomatch([...globs])
    const isChosen = ({ path, file }: Pick<NotEvaluatedObject, 'path' | 'file'>): boolean =>
      globs.length === 0 || matches(file) || (path !== undefined && matches(path))
    const [before, after] = (discover === true ? sides : undefined) ?? [none, none]
    const choose = ({ targets, notEvaluated }: Discovery): Discovery => ({
      targets: targets.filter(isChosen),
      notEvaluated: notEvaluated.filter(isChosen),
    })
    const chosen = { base: choose(before), head: choose(after) }
    const declared = pairTargets(chosen.base.targets, chosen.head.targets)
    const applied = new Set(declared.map(({ path }) => path))
    // A directory may be found on one side only: on the other it lies in a chart, and belongs to that.
    const [old, now] = [base.tree, head.tree].map((tree) => new Set(findTargets(globs, [tree])))
    const named = findTargets(globs, [base.tree, head.tree])
      .filter((path) => !applied.has(path))
      .map((path) => {
        const target = namedTarget(path, name, base.tree, head.tree)
        return {
          ...target,
          base: old?.has(path) === true ? target.base : undefined,
          head: now?.has(path) === true ? target.head : undefined,
        }
      })
    return {
      targets: [...declared, ...objectFiles(chosen.base, chosen.head), ...named].sort(byPath),
      notEvaluated: chosen.head.notEvaluated,
    }
  })
}

const none: Discovery = { targets: [], notEvaluated: [] }

export function byPath(a: SelectedTarget, b: SelectedTarget): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

/** The targets of both sides, the same ones together. */
export function pairTargets(
  before: readonly DiscoveredTarget[],
  after: readonly DiscoveredTarget[],
): readonly SelectedTarget[] {
  const declared = new Map<string, SelectedTarget>()
  const add = (side: 'base' | 'head', target: DiscoveredTarget): void => {
    const key = targetKey(target)
    const { path, by, file } = target
    const name = { key, path, declared: target }
    declared.set(key, { ...declared.get(key), key, path, by, file, [side]: name })
  }
  for (const target of before) add('base', target)
  for (const target of after) add('head', target)
  return [...declared.values()]
}

/**
 * The files in which chosen objects stand, each as a target of its own: what an object says beyond where it deploys from (prune, the
 * version of a chart from elsewhere) would be seen by nobody else. Dropped later where another target applies the file.
 */
function objectFiles(base: Discovery, head: Discovery): readonly SelectedTarget[] {
  const targets = [base, head].map(({ targets, notEvaluated }) =>
    [...new Set([...targets, ...notEvaluated].map(({ file }) => file))].map((file): DiscoveredTarget => ({
      path: parentOf(file),
      kind: 'plain',
      recipe: { file },
      by: `object ${file}`,
      file,
    })),
  )
  return pairTargets(targets[0] ?? [], targets[1] ?? []).map(({ file = '', ...target }) => ({
    ...target,
    file,
    path: file,
    by: undefined,
    isObjectFile: true,
  }))
}

/** A directory that a glob names, on either side with the values of the environment where it is a chart that has some. */
function namedTarget(path: string, environment: string, base: FileTree, head: FileTree): SelectedTarget {
  const [before, after] = [base, head].map((tree) => conventionalTarget(tree, path, environment))
  const present = after ?? before
  if (present === undefined) return { key: path, path, base: { key: path, path }, head: { key: path, path } }
  const key = JSON.stringify([path, environment])
  return {
    key,
    path,
    by: present.by,
    base: { key, path, declared: before },
    head: { key, path, declared: after },
  }
}
