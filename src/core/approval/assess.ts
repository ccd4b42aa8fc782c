import type { ChangeClass } from '../change/change.ts'
import type { IgnoredReason } from '../decision.ts'
import type { PeopleFacts } from '../facts.ts'
import { writeDuration } from '../policy/duration.ts'
import type { ApprovalRule } from '../policy/policy.ts'
import { listAnd } from '../policy/suggest.ts'
import type { Barred } from './barred.ts'
import { bindingOf, type Binding, type BindingContext } from './binding.ts'
import { isNamedBy, mayWrite } from './eligible.ts'
import { coversClasses, readNarrowing } from './narrowing.ts'
import type { Opinion } from './opinions.ts'
import { isHuman, knownPermission } from './person.ts'

/** An approval as one environment (or the guard of the policy) sees it, before any rule does. */
export interface AssessedOpinion {
  readonly opinion: Opinion
  /** Why it counts for no rule at all, whoever the rule names. */
  readonly unfit: Obstacle | null
  /** Why it does not count for a rule that names the person. */
  readonly lapsed: Obstacle | null
  readonly narrowing: ReadonlySet<string> | null
  /** Set when it could not be found out whether it is bound. */
  readonly unknown: string | null
  /** When it stops counting, in milliseconds; null: never. */
  readonly expiresAt: number | null
}

/** A reason without the person: the word and the sentence. */
export interface Obstacle {
  readonly reason: IgnoredReason
  readonly sentence: string
}

export interface AssessContext {
  readonly people: PeopleFacts
  readonly barred: Barred
  readonly binding: BindingContext
  readonly expiresMs: number | null
  /** Milliseconds. */
  readonly now: number
}

/** What holds of an opinion for all rules of an environment. */
export function assessOpinion(opinion: Opinion, context: AssessContext): AssessedOpinion {
  const { review } = opinion
  const expiresAt = context.expiresMs === null ? null : opinion.at + context.expiresMs
  const unfit = whyUnfit(opinion, context)
  const binding: Binding =
    unfit === null && opinion.state === 'APPROVED' ? bindingOf(review, context.binding) : { kind: 'bound' }
  return {
    opinion,
    unfit,
    lapsed: whyLapsed(opinion, binding, expiresAt, context),
    // What somebody else wrote may hide how the approval was narrowed, so it covers nothing.
    narrowing: review.editedBy === undefined ? readNarrowing(review.body) : new Set(),
    unknown: binding.kind === 'unknown' ? binding.reason : null,
    expiresAt,
  }
}

function whyUnfit({ person, state }: Opinion, { people, barred }: AssessContext): Obstacle | null {
  const what = `${person.login}'s ${state === 'APPROVED' ? 'approval' : 'review'} does not count`
  if (!isHuman(person)) return { reason: 'bot', sentence: `${what}: only people sign, and this is an app` }
  const bar = barred.get(person.login.toLowerCase())
  if (bar !== undefined) return { reason: bar.reason, sentence: `${what}: ${person.login} ${bar.because}` }
  // Nobody asks GitHub what they may do whose review was dismissed: that it was is the reason then.
  const isAsked = state !== 'DISMISSED' || knownPermission(people, person.login) !== undefined
  if (isAsked && !mayWrite(person.login, people))
    return { reason: 'no-write-permission', sentence: `${what}: ${person.login} has no write permission` }
  return null
}

function whyLapsed(
  { person, review, state }: Opinion,
  binding: Binding,
  expiresAt: number | null,
  { binding: { binding: kind, environment, head }, expiresMs, now }: AssessContext,
): Obstacle | null {
  const { login } = person
  if (state === 'DISMISSED')
    return { reason: 'dismissed', sentence: `${login}'s review does not count: it was dismissed` }
  if (state === 'CHANGES_REQUESTED')
    return { reason: 'changes-requested', sentence: `${login} asks for changes` }
  if (binding.kind === 'unknown')
    return { reason: 'stale', sentence: `${login}'s approval does not count for now: ${binding.reason}` }
  if (binding.kind === 'stale') {
    if (binding.retargeted === true)
      return {
        reason: 'stale',
        sentence: `${login}'s approval no longer counts: since it was given, the base branch became another one`,
      }
    const isCommit = kind === 'commit' || environment === null
    // The reviewed commit is still the head, so what changed is the branch it is merged into.
    if (!isCommit && review.commit === head) {
      const what = binding.moved.length > 0 ? ` (${listAnd(binding.moved)})` : ''
      return {
        reason: 'stale',
        sentence: `${login}'s approval does not count: the base moved, and merging now would change something else${what}; update the branch`,
      }
    }
    const since =
      binding.moved.length > 0
        ? `${listAnd(binding.moved)} changed`
        : isCommit
          ? 'the head moved'
          : 'the change became another one'
    return { reason: 'stale', sentence: `${login}'s approval no longer counts: since it was given, ${since}` }
  }
  // Written so that a time that cannot be read (NaN) has expired.
  if (expiresAt !== null && !(now < expiresAt))
    return {
      reason: 'expired',
      sentence: `${login}'s approval no longer counts: it expired after ${writeDuration(expiresMs ?? 0)}`,
    }
  return null
}

/** Why an assessed opinion cannot fill a slot of a rule; null when it can. The first reason that applies. */
export function whyNot(
  assessed: AssessedOpinion,
  rule: ApprovalRule,
  classes: readonly ChangeClass[],
  people: PeopleFacts,
): Obstacle | null {
  const { opinion, unfit, lapsed, narrowing } = assessed
  const { editedBy } = opinion.review
  if (unfit !== null) return unfit
  const { login } = opinion.person
  if (!isNamedBy(rule.from, login, people)) {
    const what = opinion.state === 'APPROVED' ? 'approval' : 'review'
    const asked = listAnd(rule.from.map(({ text }) => text))
    return {
      reason: 'not-eligible',
      sentence: `${login}'s ${what} does not count here: this asks for ${asked}`,
    }
  }
  if (lapsed !== null) return lapsed
  if (coversClasses(narrowing, classes)) return null
  if (editedBy !== undefined)
    return {
      reason: 'narrowed',
      sentence: `${login}'s approval does not count: ${editedBy} edited its text, so it may have been narrowed; ${login} has to approve again`,
    }
  const only = listAnd([...(narrowing ?? [])])
  return {
    reason: 'narrowed',
    sentence: `${login}'s approval does not count here: it is only for ${only === '' ? 'nothing (/only names no class)' : only}`,
  }
}
