import { mayWrite } from '../approval/eligible.ts'
import { findEmergency, type Emergency } from '../approval/emergency.ts'
import { isBeforeHead, isBeforeRetargeting } from '../approval/retargeted.ts'
import type { Decision, Reason, Verdict } from '../decision.ts'
import type { Facts, PullFacts } from '../facts.ts'
import { ownEntry } from '../own-entry.ts'
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
  const emergencies = affected.flatMap((environment) => findEmergency(environment, facts) ?? [])
  const askedBy = whoAsked(facts, emergencies)
  const isRollback = pull.rollsBack !== undefined
  const mergesByItself =
    affected.length > 0 &&
    affected.every(({ merge, rollback }) => merge.when === 'ready' || (isRollback && rollback !== null))
  if (askedBy === null && !mergesByItself) return null
  const chief = mostProtected(affected) ?? mostProtected(policy.environments)
  return { method: chief?.merge.method ?? 'merge', head: pull.head.sha, askedBy }
}

/**
 * Who asked for the merge of the judged head and may write now; what is not known of them is no "yes". An emergency merge that is in
 * force was asked for with `/break-glass`.
 */
function whoAsked({ pull, people }: Facts, emergencies: readonly Emergency[]): string | null {
  const { mergeAsked } = pull
  if (mergeAsked !== undefined && isStillAsked(mergeAsked, pull) && mayWrite(mergeAsked.by, people))
    return mergeAsked.by
  return emergencies[0]?.by ?? null
}

/** A merge is asked for one head into one base branch. */
function isStillAsked(asked: NonNullable<PullFacts['mergeAsked']>, pull: PullFacts): boolean {
  if (asked.head !== pull.head.sha || isBeforeRetargeting(asked.at, pull)) return false
  return asked.carried === true || !isBeforeHead(asked.at, pull)
}

/** Nothing would be merged, silently, because GitHub did not say whether who asked may write: that has to be seen. */
export function judgeAsker({ pull, people }: Facts): Reason[] {
  const { mergeAsked } = pull
  if (mergeAsked === undefined || !isStillAsked(mergeAsked, pull)) return []
  const found = ownEntry(people.permissions, mergeAsked.by.toLowerCase())
  if (found?.kind !== 'failed') return []
  return [
    {
      code: 'lookup-failed',
      verdict: 'error',
      sentence: `the permission of ${mergeAsked.by}, who asked for the merge, is not known: ${found.reason}`,
      next: 'It is tried again by itself; `/retry` asks now.',
    },
  ]
}

/** Policies name environments on the way to production: of several, the last protected one. */
function mostProtected(environments: readonly EnvironmentPolicy[]): EnvironmentPolicy | undefined {
  return environments.findLast((each) => each.protected) ?? environments.at(-1)
}
