import type { Actor, Repository } from '../world/model.ts'
import { isExempt, rulesOf, type BranchRules } from './branch-rules.ts'
import { checksProblem } from './merge-gate.ts'

export interface RefUpdate {
  readonly ref: string
  /** Null: created. */
  readonly before: string | null
  /** Null: deleted. */
  readonly after: string | null
}

export type PushVerdict =
  | { readonly kind: 'allowed' }
  /** Allowed when it does not throw commits away. */
  | { readonly kind: 'forward-only' }
  | { readonly kind: 'refused'; readonly reason: string }

function refusal(rules: BranchRules, repository: Repository, update: RefUpdate): string | null {
  if (update.after === null) return rules.forbidsDeletion ? 'Cannot delete this branch' : null
  if (update.before === null)
    return rules.forbidsCreation ? 'Cannot create ref due to creations being restricted.' : null
  if (rules.forbidsUpdate) return 'Cannot update this protected ref.'
  if (rules.pullRequestOnly) return 'Changes must be made through a pull request.'
  if (rules.restrictions !== null) return "You're not authorized to push to this branch."
  return rules.checks === null ? null : checksProblem(repository, update.after, rules.checks.checks)
}

/** Whether a direct update of a branch (git push, or the API's refs and contents) is allowed by its rules. */
export function judgePush(repository: Repository, actor: Actor, update: RefUpdate): PushVerdict {
  if (!update.ref.startsWith('refs/heads/')) return { kind: 'allowed' }
  const branch = update.ref.slice('refs/heads/'.length)
  const binding = rulesOf(repository, branch).filter((rules) => !isExempt(rules, actor, repository, 'push'))
  for (const rules of binding) {
    const reason = refusal(rules, repository, update)
    if (reason === null) continue
    const head =
      rules.source === 'ruleset'
        ? `error: GH013: Repository rule violations found for ${update.ref}.`
        : `error: GH006: Protected branch update failed for ${update.ref}.`
    return { kind: 'refused', reason: `${head}\nerror: ${reason}` }
  }
  return binding.some((rules) => rules.forbidsForcePush) ? { kind: 'forward-only' } : { kind: 'allowed' }
}
