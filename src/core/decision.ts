import type { ChangeClass } from './change/change.ts'

/** From best to worst; the worst wins. */
export const verdicts = ['unaffected', 'ready', 'waiting', 'blocked', 'error'] as const
export type Verdict = (typeof verdicts)[number]

/** The worse of several verdicts; `unaffected` when there are none. */
export function worstVerdict(all: readonly Verdict[]): Verdict {
  return all.reduce(
    (worst, each) => (verdicts.indexOf(each) > verdicts.indexOf(worst) ? each : worst),
    'unaffected' as Verdict,
  )
}

/** One thing that stands in the way, with its words. */
export interface Reason {
  /** Stable word: `approvals`, `changes-requested`, `hold`, `frozen`, `window`, `render-failed`, … */
  readonly code: string
  readonly verdict: Verdict
  /** A clause that can follow "production: " in a title: `waiting for 1 of 2 approvals (config owners)`. No markup. */
  readonly sentence: string
  /** What a person can do about it, as a sentence; commands and fields in backticks. */
  readonly next?: string | undefined
  /** When it will change by itself. ISO 8601: the pull request is judged again then. */
  readonly until?: string | undefined
}

/** Why an approval does not count; the first that applies. Public words. */
export type IgnoredReason =
  | 'bot'
  | 'author'
  | 'contributor'
  | 'no-write-permission'
  | 'not-eligible'
  | 'dismissed'
  | 'changes-requested'
  | 'stale'
  | 'expired'
  | 'narrowed'
  | 'used-elsewhere'
  | 'surplus'

export interface IgnoredApproval {
  readonly login: string
  readonly reason: IgnoredReason
  /** `dave's approval does not count: he wrote commit 3f2a91c`. No markup, no mention. */
  readonly sentence: string
}

export interface RuleDecision {
  readonly name: string
  readonly state: 'satisfied' | 'waiting' | 'not-needed' | 'error'
  readonly need: number
  readonly have: number
  /** Classes of this change that the rule guards. */
  readonly classes: readonly ChangeClass[]
  /** Logins whose approvals fill its slots, as GitHub spells them. */
  readonly counted: readonly string[]
  readonly ignored: readonly IgnoredApproval[]
  /** `from` of the rule, as written. */
  readonly from: readonly string[]
  /** Logins known to be able to fill a missing slot: eligible, not barred, not counted yet. Sorted. */
  readonly maySign: readonly string[]
}

export interface EnvironmentDecision {
  readonly name: string
  readonly verdict: Verdict
  readonly protected: boolean
  /** In order of weight; the first is the title. */
  readonly reasons: readonly Reason[]
  readonly rules: readonly RuleDecision[]
  /** An emergency merge that is in force: who asked, who confirmed, why, and what it passes over. */
  readonly emergency?:
    | {
        readonly by: string
        readonly confirmedBy: string
        readonly reason: string
        readonly passedOver: readonly Reason[]
      }
    | undefined
}

/**
 * The judgement of one pull request at one instant. Public: stored, printed, shown and compared as it is.
 */
export interface Decision {
  readonly verdict: Verdict
  /** The judged head. */
  readonly head: string
  /** Reasons of the pull request itself (draft, hold, conflict, unreadable policy). */
  readonly reasons: readonly Reason[]
  /** In the order of the policy. */
  readonly environments: readonly EnvironmentDecision[]
  /** The guard of the policy file, when this pull request changes it. */
  readonly policyChanges?: RuleDecision | undefined
  /** What may be merged; null while anything is missing. `askedBy` is who wrote `/merge`, null where the policy merges by itself. */
  readonly merge: {
    readonly method: 'merge' | 'squash' | 'rebase'
    readonly head: string
    readonly askedBy: string | null
  } | null
  /** Judge again at this time even if nothing happens (window opens, approval expires). ISO 8601. */
  readonly judgeAgainAt?: string | undefined
}
