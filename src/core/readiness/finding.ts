import type { Severity } from '../change/change.ts'
import type { ResourceIdentity } from '../change/resource.ts'

/** One failed readiness rule on one resource. Its identity is rule + resource + path, not its line. Public: the JSON of `countersign ready`. */
export interface Finding extends ResourceIdentity {
  /** Public id of the rule: `readiness-probe`. */
  readonly rule: string
  readonly severity: Severity
  /** Field path within the resource, list items named by merge key. Empty for the resource as a whole. */
  readonly path: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  /** What is wrong, in a sentence. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  /** Present on a finding that somebody accepted: it is listed and does not fail. */
  readonly suppressed?: { readonly by: 'annotation' | 'waiver'; readonly reason: string } | undefined
}

/** Where a finding stands between base and head. */
export type FindingState = 'new' | 'worse' | 'old' | 'fixed'

export interface RatchetedFinding extends Finding {
  readonly state: FindingState
}

/** The checklist's answer for one environment. */
export interface ReadinessReport {
  readonly findings: readonly RatchetedFinding[]
  /** Findings that are new or worse and not suppressed. */
  readonly new: number
  /** Findings at head that are not suppressed. */
  readonly all: number
  /** Checks that passed at head. */
  readonly passed: number
}
