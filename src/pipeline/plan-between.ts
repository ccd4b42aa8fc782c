import type { Move } from '../core/policy/policy.ts'
import {
  filesToRead,
  planPromotion,
  type PromotionPlan,
  type PromotionSide,
} from '../core/promotion/plan-promotion.ts'
import type { Files, Tree } from '../ports/repository.ts'

/** What a promotion writes: the environment before as it stands at one commit, this one as it stands at another. */
export async function planBetween(
  repository: Files,
  moves: readonly Move[],
  commits: { readonly from: string; readonly to: string },
): Promise<PromotionPlan> {
  const [from, to] = [await repository.tree(commits.from), await repository.tree(commits.to)]
  const needed = filesToRead(moves, [...from.keys()], [...to.keys()])
  return planPromotion(
    moves,
    await readSide(repository, from, needed.from),
    await readSide(repository, to, needed.to),
  )
}

async function readSide(repository: Files, tree: Tree, paths: readonly string[]): Promise<PromotionSide> {
  const files = paths.flatMap((path) => {
    const entry = tree.get(path)
    return entry === undefined || !entry.mode.startsWith('100') ? [] : [entry]
  })
  const blobs = await repository.blobs(files.map(({ blob }) => blob))
  const texts = new Map(files.map(({ path, blob }) => [path, blobs.get(blob)?.toString('utf8')]))
  return { paths: [...tree.keys()], text: (path) => texts.get(path) }
}
