import { isWebFlow } from '../core/approval/person.ts'
import type { Decision } from '../core/decision.ts'
import type { PullFacts } from '../core/facts.ts'
import { behindNote, behindNoteMarker } from '../core/words/behind-note.ts'
import { toAppError } from '../errors.ts'
import type { GitHub } from '../ports/github.ts'
import type { DuePull } from '../ports/queue.ts'
import type { PipelineDeps } from './deps.ts'

/** Where other merges overtake a pull request this often, updating it once more helps nobody. */
export const mostUpdates = 10

/**
 * Has GitHub update the branch of a pull request that is ready and behind its base; the push that follows has the new head judged from the
 * beginning. `asked` is kept for it beforehand, so that a crash in between loses nothing. What Countersign cannot or must not update is told on
 * the pull request.
 */
export async function bringUpToDate(
  deps: PipelineDeps,
  github: GitHub,
  due: DuePull,
  { pull, decision }: { readonly pull: PullFacts; readonly decision: Decision },
): Promise<void> {
  const { repository, number, base, head } = pull
  const refuse = async (why: string): Promise<void> => {
    await deps.store.appendAudit(due.key, 'update-refused', { head: head.sha, base: base.sha, why })
    await github.ensureNote(
      repository,
      number,
      behindNoteMarker(head.sha),
      behindNote(head.sha, base.ref, why),
    )
  }
  if (decision.environments.some(({ emergency }) => emergency !== undefined))
    return refuse('an emergency merge is for one head, so Countersign does not change it')
  if (pull.commits.filter(isUpdateByApp).length >= mostUpdates)
    return refuse(`Countersign has updated it ${mostUpdates} times already`)
  if (pull.mergeAsked?.head === head.sha) await deps.store.carryMerge(due.key, pull.mergeAsked, head.sha)
  await deps.store.appendAudit(due.key, 'update', { head: head.sha, base: base.sha })
  try {
    await github.updateBranch(repository, number, head.sha)
    deps.log.info({ pull: due.key, head: head.sha }, 'branch is being updated')
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'github-refused') return refuse('GitHub does not let Countersign update the branch')
    if (error.code !== 'head-moved') throw error
  }
  // The push is told by webhook; where that is lost, this looks again.
  await deps.queue.markDueAt(due, new Date(deps.now().getTime() + 60_000).toISOString())
}

/** A merge into the branch that an App had GitHub make. */
function isUpdateByApp({ parents, author, committer }: PullFacts['commits'][number]): boolean {
  return parents.length === 2 && author?.type === 'Bot' && committer !== null && isWebFlow(committer.login)
}
