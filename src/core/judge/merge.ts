import { isAtLeast, knownPermission } from '../approval/person.ts'
import type { Decision, Verdict } from '../decision.ts'
import type { Facts } from '../facts.ts'
import type { EnvironmentPolicy, Policy } from '../policy/policy.ts'

/**
 * What may be merged now. By itself only what every affected environment lets merge when ready; where one of them waits for a
 * command, or none is affected, somebody must have asked for this very head. GitHub has no two ways to merge one pull request:
 * the most protected environment says how.
 */
export function planMerge(
  policy: Policy,
  facts: Facts,
  verdict: Verdict,
  affected: readonly EnvironmentPolicy[],
): Decision['merge'] {
  const { pull } = facts
  if (pull.state !== 'open' || pull.draft || pull.mergeable === 'conflicting') return null
  if (verdict !== 'ready' && verdict !== 'unaffected') return null
  const askedBy = whoAsked(facts)
  const mergesByItself = affected.length > 0 && affected.every(({ merge }) => merge.when === 'ready')
  if (askedBy === null && !mergesByItself) return null
  const chief = mostProtected(affected) ?? mostProtected(policy.environments)
  return { method: chief?.merge.method ?? 'merge', head: pull.head.sha, askedBy }
}

/** Who asked for the merge of the judged head, unless they are known to have lost write permission since. */
function whoAsked({ pull: { mergeAsked, head }, people }: Facts): string | null {
  if (mergeAsked === undefined || mergeAsked.head !== head.sha) return null
  const permission = knownPermission(people, mergeAsked.by)
  return permission !== undefined && !isAtLeast(permission, 'write') ? null : mergeAsked.by
}

/** Policies name environments on the way to production: of several, the last protected one. */
function mostProtected(environments: readonly EnvironmentPolicy[]): EnvironmentPolicy | undefined {
  return environments.findLast((each) => each.protected) ?? environments.at(-1)
}
