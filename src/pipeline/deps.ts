import type { ReadExtended } from '../core/policy/parse.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import type { Problem } from '../core/problem.ts'
import type { Checklist, Waiver } from '../core/readiness/checklist/checklist.ts'
import type { ReadinessReport } from '../core/readiness/finding.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import type { Log } from '../log.ts'
import type { Deployers } from '../ports/deployers.ts'
import type { GitHubApp } from '../ports/github.ts'
import type { Queue } from '../ports/queue.ts'
import type { Mirrors, Repository } from '../ports/repository.ts'
import type { Store } from '../ports/store.ts'
import type { ChangeRequest } from './take-change.ts'

export type ReadinessOutcome =
  | {
      readonly report: ReadinessReport
      readonly checklist: Pick<Checklist, 'manual' | 'mayWaive' | 'waivers'>
    }
  | { readonly problems: readonly Problem[] }

/** Everything the pipeline needs, constructed in compose.ts. */
export interface PipelineDeps {
  readonly app: GitHubApp
  /** Id of our own App on GitHub. */
  readonly appId: number
  readonly store: Store
  readonly queue: Queue
  readonly mirrors: Mirrors
  readonly deployers: Deployers
  readonly takeChange: (
    repository: Repository,
    request: ChangeRequest,
  ) => Promise<readonly EnvironmentChange[]>
  /** Judges the renderings of one environment by its checklist, read from the base branch at `policyCommit`. */
  readonly checkReadiness: (input: {
    readonly environment: EnvironmentPolicy
    readonly change: EnvironmentChange
    readonly repository: Repository
    readonly policyCommit: string
    readonly now: string
    /** The environment that it promotes from, rendered; for the rule promotion-parity. */
    readonly promotedFrom?: EnvironmentChange | undefined
    /** Given by `/waive` for this environment. */
    readonly waivers?: readonly Waiver[] | undefined
  }) => Promise<ReadinessOutcome | undefined>
  /** Presets shipped with the product. */
  readonly presets: ReadExtended
  readonly now: () => Date
  readonly log: Log
}
