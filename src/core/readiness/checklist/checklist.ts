import type { Severity } from '../../change/change.ts'
import type { PodTemplatePath } from '../rendering/workload.ts'
import type { Rule } from '../rule.ts'

/** A rule as a checklist has tuned it. */
export interface TunedRule {
  readonly rule: Rule
  readonly severity: Severity
  /** The severity was said by the checklist: a rule's own shades of it no longer count. */
  readonly isSeveritySet: boolean
  readonly options: Readonly<Record<string, unknown>>
}

/** An accepted finding. */
export interface Waiver {
  readonly rule: string
  /** `Kind/name`, or the namespace whose resources it covers; undefined: the whole environment. */
  readonly resource: string | undefined
  /** Last day, UTC: `2027-01-31`. */
  readonly until: string
  readonly because: string
  readonly owner: string
  /** Given by `/waive`: not in the file. */
  readonly isByCommand?: true | undefined
}

/** Something that a person looks at and signs for. */
export interface ManualItem {
  readonly id: string
  readonly text: string
  /** `team:acme/sre`, `user:carol`, `permission:maintain`. */
  readonly by: readonly string[]
}

/** A file that a checklist points to, with the place where it does. */
export interface PointedFile {
  /** As written. */
  readonly path: string
  /** The checklist file, and the place in it. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A checklist with everything said: what it extends merged, every rule tuned. */
export interface Checklist {
  readonly rules: readonly TunedRule[]
  readonly workloads: readonly PodTemplatePath[]
  /** Directories with CustomResourceDefinitions. */
  readonly schemas: readonly PointedFile[]
  /** Files with CEL rules or ValidatingAdmissionPolicies. */
  readonly custom: readonly PointedFile[]
  readonly manual: readonly ManualItem[]
  readonly waivers: readonly Waiver[]
  /** Who may use `/waive`. */
  readonly mayWaive: readonly string[]
  /** `waive`: an annotation that suppresses a finding counts only where a waiver covers it too. */
  readonly suppressions: 'allow' | 'waive'
}
