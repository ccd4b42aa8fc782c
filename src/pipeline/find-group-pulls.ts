import type { MergeGroup } from '../core/due.ts'
import type { Repository } from '../ports/repository.ts'
import type { Step } from './take-facts.ts'

/** A pull request that could be in a group, with its head. */
export interface Candidate {
  readonly number: number
  readonly head: string
}

/** A pull request of a group and what the group makes of it, or commits that no pull request explains. */
export type GroupPart =
  ({ readonly kind: 'pull' } & Candidate & Step) | ({ readonly kind: 'unexplained' } & Step)

/** Commits of the group on the branch's own line, oldest first, after `start`: the newest commit that the branch has already. */
export async function groupSteps(
  repository: Pick<Repository, 'commitsBetween'>,
  tip: string,
  head: string,
): Promise<{ readonly start: string; readonly steps: readonly (readonly [string, ...string[]])[] }> {
  const parentsOf = new Map(
    (await repository.commitsBetween(tip, head)).map(({ sha, parents }) => [sha, parents]),
  )
  const steps: [string, ...string[]][] = []
  let at = head
  for (let parents = parentsOf.get(at); parents !== undefined; parents = parentsOf.get(at)) {
    const [before, ...merged] = parents
    if (before === undefined) break
    steps.unshift([at, ...merged])
    at = before
  }
  return { start: at, steps }
}

/**
 * Which pull requests the commits of a group are, in their order. Names and messages only say whom to try: a commit is a pull request's when its
 * tree is exactly what merging that pull request's head into the commit before gives, by whichever merge method.
 */
export async function findGroupPulls(
  repository: Pick<Repository, 'mergeTree' | 'treeId'>,
  { start, steps }: Awaited<ReturnType<typeof groupSteps>>,
  candidates: readonly Candidate[],
): Promise<readonly GroupPart[]> {
  const trees: string[] = []
  for (const [sha] of steps) trees.push(await repository.treeId(sha))
  const parts: GroupPart[] = []
  let from = start
  let next = 0
  while (next < steps.length) {
    let end: number | undefined
    const [, mergedHere] = steps[next] ?? []
    const possible =
      mergedHere === undefined ? candidates : candidates.filter(({ head }) => head === mergedHere)
    for (const candidate of possible) {
      if (parts.some((part) => part.kind === 'pull' && part.number === candidate.number)) continue
      const tree = await repository.mergeTree(from, candidate.head)
      const found = tree === undefined ? -1 : trees.indexOf(tree, next)
      const [to, ...merged] = steps[found] ?? []
      if (
        to === undefined ||
        (merged.length > 0 && merged[0] !== candidate.head) ||
        (mergedHere !== undefined && found !== next)
      )
        continue
      parts.push({ kind: 'pull', ...candidate, from, to })
      end = found
      break
    }
    const to = steps[end ?? steps.length - 1]?.[0]
    if (to === undefined) break
    if (end === undefined) {
      parts.push({ kind: 'unexplained', from, to })
      break
    }
    from = to
    next = end + 1
  }
  return parts
}

/** `7`: the last pull request of a group, by the name that GitHub gives its branch. */
export function lastOfGroup({ headRef }: Pick<MergeGroup, 'headRef'>): number | undefined {
  const number = /\/pr-([1-9]\d*)-[0-9a-f]+$/.exec(headRef)?.[1]
  return number === undefined ? undefined : Number(number)
}
