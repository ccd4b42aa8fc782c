import type { ChangeClass } from '../change/change.ts'
import type { Permission } from '../facts.ts'
import type { Window } from '../schedule/window.ts'

/** Who may sign, one entry of `from`. Logins, teams and groups are lower case; `text` is as written. */
export type Source =
  | { readonly kind: 'team'; readonly team: string; readonly text: string }
  | {
      readonly kind: 'group'
      readonly group: string
      readonly logins: readonly string[]
      readonly text: string
    }
  | { readonly kind: 'user'; readonly login: string; readonly text: string }
  | { readonly kind: 'permission'; readonly permission: Permission; readonly text: string }

/** So many approvals by such people. */
export interface ApprovalRule {
  readonly name: string
  /** Classes that this rule guards; null: every class, also one that is not known yet. */
  readonly changes: readonly ChangeClass[] | null
  /** 0 to 10. */
  readonly count: number
  readonly from: readonly Source[]
}

export interface CheckRequirement {
  /** Name or pattern with `*`. */
  readonly name: string
  readonly skipped: 'pass' | 'block'
}

export interface EnvironmentPolicy {
  readonly name: string
  readonly targets: readonly string[]
  readonly discover: boolean
  readonly protected: boolean
  readonly approvals: readonly ApprovalRule[]
  readonly selfApproval: 'never' | 'author-only'
  readonly unattributed: 'block' | 'allow'
  readonly binding: 'change' | 'result' | 'commit'
  readonly distinct: boolean
  /** Null: approvals do not expire. */
  readonly expiresMs: number | null
  readonly checks: readonly CheckRequirement[]
  readonly readiness: {
    /** Null: the policy names no checklist, and none has to run. */
    readonly checklist: string | null
    readonly block: 'new' | 'all' | 'none'
  }
  readonly windows: readonly Window[]
  readonly promotion: { readonly from: string; readonly soakMs: number } | null
  readonly deploy: {
    readonly by: 'argocd' | 'flux' | 'flagger' | 'argo-rollouts'
    readonly timeoutMs: number
    readonly onFailure: 'revert' | 'none'
  } | null
  readonly merge: {
    readonly when: 'ready' | 'command'
    readonly method: 'merge' | 'squash' | 'rebase'
    readonly queue: 'one-at-a-time' | 'parallel'
  }
}

/** A policy with everything said: presets merged, defaults filled in, durations in milliseconds. */
export interface Policy {
  /** `sha256:…` over everything below, in a canonical form: the same rules have the same hash. */
  readonly hash: string
  /** In the order of the file; what only presets name comes after. */
  readonly environments: readonly EnvironmentPolicy[]
  /** By lower-case name: lower-case logins. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** Null: the policy names nobody who may sign changes of itself. */
  readonly policyChanges: ApprovalRule | null
  readonly forks: 'ignore' | 'render'
  /** Whom Countersign asks for a review by itself. */
  readonly requestReviews: 'missing' | 'never'
}

/** Where the policy stands in a repository. */
export const policyPath = '.github/countersign.yml'

/** Whether a path is the policy file or something it is made of (checklists and cases live in the folder of its name). */
export function isPolicyPath(path: string): boolean {
  return path === policyPath || path.startsWith('.github/countersign/')
}
