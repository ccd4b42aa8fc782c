import type { Services } from '../services.ts'
import { mergeBlockers } from '../rules/merge-gate.ts'
import { rulesOf } from '../rules/branch-rules.ts'
import type { Actor, Pull } from '../world/model.ts'
import { accountOf } from '../world/people.ts'
import { forbidden, Refusal } from '../world/refusal.ts'
import { announcePull } from './announce.ts'
import { afterRefChanges } from './after-push.ts'
import { closeAsMerged } from './close-as-merged.ts'
import { makeMerge, type MergeMethod } from './make-merge.ts'

export interface WantedMerge {
  readonly method?: MergeMethod | undefined
  /** Merge only if this still is the head. */
  readonly sha?: string | undefined
  readonly title?: string | undefined
  readonly message?: string | undefined
}

const notAllowed = (message: string): Refusal => new Refusal(405, message)

async function demandMergeable(
  services: Services,
  pull: Pull,
  actor: Actor,
  method: MergeMethod,
): Promise<void> {
  if (pull.draft) throw notAllowed('Pull Request is still a draft')
  const blockers = await mergeBlockers(services.world, pull, actor)
  const protection = blockers.find((blocker) => blocker.source === 'protection')
  if (protection !== undefined) throw notAllowed(protection.message)
  if (blockers.length > 0)
    throw notAllowed(
      `Repository rule violations found\n\n${blockers.map((blocker) => `${blocker.message}\n\n`).join('')}`,
    )
  for (const rules of rulesOf(pull.repository, pull.baseRef)) {
    if (rules.linearHistory && method === 'merge')
      throw notAllowed('Merge commits are not allowed on this repository.')
    if (rules.mergeMethods?.includes(method) === false)
      throw notAllowed(
        `${method.charAt(0).toUpperCase()}${method.slice(1)} merges are not allowed on this repository.`,
      )
  }
}

/**
 * Merges a pull request. Throws what GitHub answers: 403 without write access, 405 when it does not merge or a rule stands in
 * the way, 409 when the head is not the given one. Whoever asks has been let through to the repository before.
 * https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
 */
export async function mergePull(
  services: Services,
  pull: Pull,
  actor: Actor,
  wanted: WantedMerge,
): Promise<string> {
  const { world } = services
  const { git } = pull.repository
  if (actor.kind === 'anonymous') throw forbidden()
  const sha = await git.exclusively(async () => {
    if (pull.state === 'closed') throw notAllowed('Pull Request is not mergeable')
    if (wanted.sha !== undefined && wanted.sha !== pull.headSha)
      throw new Refusal(409, 'Head branch was modified. Review and try the merge again.')
    const method = wanted.method ?? 'merge'
    await demandMergeable(services, pull, actor, method)
    const base = git.branch(pull.baseRef)
    if (base === undefined) throw notAllowed('Base branch was modified. Review and try the merge again.')
    const account = accountOf(actor)
    const merge = await makeMerge(world, pull, base, account, { ...wanted, method })
    if (merge === null) throw notAllowed('Pull Request is not mergeable')
    if (!(await git.updateRef(`refs/heads/${pull.baseRef}`, merge, base)))
      throw notAllowed('Base branch was modified. Review and try the merge again.')
    closeAsMerged(services, pull, base, merge, account)
    await announcePull(services, pull, 'closed', account)
    await afterRefChanges(services, pull.repository, account, [
      { ref: `refs/heads/${pull.baseRef}`, before: base, after: merge },
    ])
    return merge
  })
  return sha
}
