import { judgePush } from '../rules/push-gate.ts'
import type { Services } from '../services.ts'
import type { Actor, Pull } from '../world/model.ts'
import { accountOf } from '../world/people.ts'
import { invalid } from '../world/refusal.ts'
import { afterRefChanges } from './after-push.ts'
import { signatureOf, webFlow } from './make-merge.ts'

/** Merges the base into the head branch, as the *Update branch* button does. */
export async function updateBranch(
  services: Services,
  pull: Pull,
  actor: Actor,
  expected: string | undefined,
): Promise<void> {
  const { world } = services
  const head = pull.headRepository
  if (expected !== undefined && expected !== pull.headSha)
    throw invalid('expected head sha didn’t match current head ref.')
  if (head === null || head !== pull.repository)
    throw invalid('The head branch lives in a fork that this App cannot write to.')
  const { git } = head
  await git.exclusively(async () => {
    const base = git.branch(pull.baseRef)
    if (base === undefined || (await git.isAncestor(base, pull.headSha)))
      throw invalid('There are no new commits on the base branch.')
    const tree = await git.mergeTree(pull.headSha, base)
    if (tree === null) throw invalid('merge conflict between base and head')
    const before = pull.headSha
    const account = accountOf(actor)
    const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`
    const author = signatureOf(world, account)
    const after = await git.commitTree({
      tree,
      parents: [before, base],
      message,
      author,
      committer: webFlow(world),
    })
    const ref = `refs/heads/${pull.headRef}`
    const verdict = judgePush(head, actor, { ref, before, after })
    if (verdict.kind === 'refused') throw invalid(verdict.reason)
    await git.updateRef(ref, after, before)
    await afterRefChanges(services, head, account, [{ ref, before, after }])
  })
}
