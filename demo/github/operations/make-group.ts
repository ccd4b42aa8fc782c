import type { Services } from '../services.ts'
import type { Pull } from '../world/model.ts'
import { invalid } from '../world/refusal.ts'
import { afterRefChanges } from './after-push.ts'
import { makeMerge, type MergeMethod } from './make-merge.ts'

/**
 * A group of the merge queue: the pull requests on top of their base branch, in order, on a branch named after the last of them and the commit
 * before it. Apps are asked for checks. https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group
 */
export async function makeGroup(
  services: Services,
  pulls: readonly Pull[],
  method: MergeMethod,
): Promise<string> {
  const { world, webhooks } = services
  const last = pulls.at(-1)
  if (last === undefined) throw invalid('A group has at least one pull request.')
  const { repository, baseRef } = last
  const { git } = repository
  const robot = world.account('web-flow') ?? last.user
  return git.exclusively(async () => {
    const base = git.branch(baseRef)
    if (base === undefined) throw invalid('The base branch is gone.')
    let before = base
    let head = base
    for (const pull of pulls) {
      const merge = await makeMerge(world, pull, head, robot, { method })
      if (merge === null) throw invalid(`#${pull.number} does not merge.`)
      before = head
      head = merge
    }
    const branch = `gh-readonly-queue/${baseRef}/pr-${last.number}-${before}`
    const ref = `refs/heads/${branch}`
    const known = git.refs.get(ref)
    await git.updateRef(ref, head)
    await afterRefChanges(services, repository, robot, [{ ref, before: known ?? null, after: head }])
    const commit = await git.commit(head)
    webhooks.send({
      event: 'merge_group',
      action: 'checks_requested',
      payload: {
        merge_group: {
          head_sha: head,
          head_ref: ref,
          base_sha: before,
          base_ref: `refs/heads/${baseRef}`,
          head_commit: {
            id: head,
            tree_id: commit.tree,
            message: commit.message,
            timestamp: commit.committer.date,
            author: { name: commit.author.name, email: commit.author.email },
            committer: { name: commit.committer.name, email: commit.committer.email },
          },
        },
      },
      sender: robot,
      repository,
    })
    return branch
  })
}
