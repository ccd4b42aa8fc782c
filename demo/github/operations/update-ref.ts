import { judgePush } from '../rules/push-gate.ts'
import type { Services } from '../services.ts'
import type { Actor, Repository } from '../world/model.ts'
import { accountOf } from '../world/people.ts'
import { invalid } from '../world/refusal.ts'
import { afterRefChanges } from './after-push.ts'

/** Moves a ref as the API does, under the same rules as a push. Null deletes. Throws GitHub's 422. */
export async function updateRef(
  services: Services,
  repository: Repository,
  actor: Actor,
  update: { readonly ref: string; readonly after: string | null; readonly force: boolean },
): Promise<void> {
  const { git } = repository
  await git.exclusively(async () => {
    const { ref, after } = update
    const before = git.refs.get(ref) ?? null
    const verdict = judgePush(repository, actor, { ref, before, after })
    if (verdict.kind === 'refused')
      throw invalid(verdict.reason.split('\n').at(-1)?.replace('error: ', '') ?? '')
    const forced = before !== null && after !== null && !(await git.isAncestor(before, after))
    if (forced && !update.force) throw invalid('Update is not a fast forward')
    if (forced && verdict.kind === 'forward-only') throw invalid('Cannot force-push to this branch')
    if (!(await git.updateRef(ref, after, before))) throw invalid('Reference update failed')
    await afterRefChanges(services, repository, accountOf(actor), [{ ref, before, after }])
  })
}
