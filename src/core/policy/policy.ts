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

/** Where a canary stops until it is let on. */
export type GateKind = 'start' | 'traffic' | 'promotion'
/** What opens a gate: nothing has to, a command, or the windows of the environment. */
export type GateRule = 'open' | 'command' | 'window'

/** What a promotion moves from the environment before. `from` and `to` are files (of `files`: directories) with at most one `*` each. */
export interface Move {
  readonly kind: 'images' | 'values' | 'files'
  /** Names of images or files, patterns with `*`; or JSON pointers. */
  readonly what: readonly string[]
  readonly from: string
  readonly to: string
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
  /** Kubernetes version of its clusters: `1.34`. Null: nobody said. */
  readonly kubernetes: string | null
  readonly readiness: {
    /** Null: the policy names no checklist, and none has to run. */
    readonly checklist: string | null
    readonly block: 'new' | 'all' | 'none'
  }
  readonly windows: readonly Window[]
  readonly promotion: {
    readonly from: string
    readonly soakMs: number
    readonly open: 'soaked' | 'command'
    readonly move: readonly Move[]
  } | null
  readonly deploy: {
    readonly by: 'argocd' | 'flux' | 'flagger' | 'argo-rollouts'
    readonly timeoutMs: number
    readonly onFailure: 'revert' | 'none'
    /** Clusters that have to report; empty: those that apply one of its targets. */
    readonly clusters: readonly string[]
    /** `Kind/namespace/name`; empty: by repository and path. */
    readonly objects: readonly string[]
    /** Names of statuses on GitHub that mean healthy; patterns with `*`. */
    readonly statuses: readonly string[]
    readonly gates: { readonly [Kind in GateKind]: GateRule }
  } | null
  /** Null: a rollback needs what every other change needs. */
  readonly rollback: { readonly rule: ApprovalRule; readonly freeze: 'allow' | 'wait' } | null
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
