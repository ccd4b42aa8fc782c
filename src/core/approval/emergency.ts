import type { BreakGlassFacts, Facts, PeopleFacts, PullFacts } from '../facts.ts'
import { ownEntry } from '../own-entry.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { findBarred } from './barred.ts'
import { isNamedBy, mayWrite } from './eligible.ts'
import { sameLogin } from './person.ts'
import { isBeforeHead } from './retargeted.ts'

/** An emergency merge that is in force. */
export interface Emergency {
  readonly by: string
  readonly confirmedBy: string
  readonly reason: string
}

/**
 * The emergency merge of this head into an environment: asked for by one person who may write now, confirmed by another one who may
 * confirm it now, and of exactly the change that both had before them. Whatever is not known keeps it from being in force.
 */
export function findEmergency(policy: EnvironmentPolicy, facts: Facts): Emergency | undefined {
  const { pull, people } = facts
  const asked = pull.breakGlass?.find(
    (each) => each.environment === policy.name && isOfJudgedChange(each, facts),
  )
  if (asked?.confirmed === undefined || !mayWrite(asked.by, people)) return undefined
  if (isBeforeHead(asked.at, pull) || isBeforeHead(asked.confirmed.at, pull)) return undefined
  const confirmer = asked.confirmed.by
  if (whyNotConfirm(confirmer, asked, { policy, pull, people }) !== undefined) return undefined
  return { by: asked.by, confirmedBy: confirmer, reason: asked.reason }
}

/** Whether an emergency merge was asked for the head and the change that are judged here. */
export function isOfJudgedChange(
  { environment, head, change }: Pick<BreakGlassFacts, 'environment' | 'head' | 'change'>,
  { pull, environments }: Facts,
): boolean {
  return head === pull.head.sha && ownEntry(environments, environment)?.change.change.digest === change
}

/**
 * Why somebody may not confirm an emergency merge, as the end of a sentence that starts with their name; undefined when they may: another
 * person than who asked, who may write, took no part in the change, and is named by a rule of the environment (where it has rules).
 */
export function whyNotConfirm(
  login: string,
  asked: Pick<BreakGlassFacts, 'by'>,
  { policy, pull, people }: { policy: EnvironmentPolicy; pull: PullFacts; people: PeopleFacts },
): string | undefined {
  if (sameLogin(login, asked.by)) return 'asked for it: somebody else has to confirm'
  if (login.toLowerCase().endsWith('[bot]')) return 'is an app, and only people confirm'
  const bar = findBarred(pull, 'never').get(login.toLowerCase())
  if (bar !== undefined) return `${bar.because}: somebody who took no part has to confirm`
  if (!mayWrite(login, people)) return 'has no write permission'
  const named =
    policy.approvals.length === 0 || policy.approvals.some(({ from }) => isNamedBy(from, login, people))
  return named ? undefined : `is named by no rule of ${policy.name}`
}
