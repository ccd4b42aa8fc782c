import type { Rollout } from './rollout.ts'
import type { RolloutState } from './rollout-state.ts'

/** A deployment as it was recorded; the rest of the record is nobody's concern here. */
export interface RecordedDeployment {
  readonly environment: string
  readonly sha: string
  readonly base: string
  readonly pull: number
  readonly mergedAt: string
  readonly mergedBy: string | null
  readonly classes: readonly string[]
  readonly signatures: readonly { readonly rule: string; readonly people: readonly string[] }[]
  readonly rollout: Rollout
}

/** One deployment as history shows it. Public: printed and answered as it is. */
export interface DeploymentView {
  readonly environment: string
  readonly pull: number
  /** The merge commit, and the commit of the branch before it. */
  readonly sha: string
  readonly base: string
  /** ISO 8601. */
  readonly mergedAt: string
  readonly mergedBy: string | null
  readonly classes: readonly string[]
  readonly signatures: readonly { readonly rule: string; readonly people: readonly string[] }[]
  readonly state: RolloutState
  readonly sentence: string
  /** ISO 8601: since when it is in this state. */
  readonly since: string
  /** ISO 8601: when it was first seen healthy. */
  readonly firstHealthyAt: string | null
  readonly objects: readonly {
    readonly cluster: string
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly state: RolloutState
    readonly sentence: string
    readonly revision: string | null
  }[]
}

/** Public: `version` changes when a field goes or means something else. */
export interface History {
  readonly version: 1
  readonly repository: string
  readonly environments: readonly {
    readonly name: string
    /** What runs there as far as it was seen; null: nothing that was merged was seen to run. */
    readonly live: DeploymentView | null
    /** ISO 8601: since when it runs. */
    readonly liveSince: string | null
    /** Merged after it and not there yet, or not any more: newest first. */
    readonly newer: readonly DeploymentView[]
  }[]
  /** Newest merge first. */
  readonly deployments: readonly DeploymentView[]
}

/** It runs: well, badly, or without saying how. */
const running: readonly RolloutState[] = [
  'healthy',
  'degraded',
  'applied-health-unknown',
  'failed-before-this-change',
]

/** What is live in each environment and what was deployed last: at most `limit`. `recorded` is newest first. */
export function describeHistory(
  repository: string,
  recorded: readonly RecordedDeployment[],
  limit: number,
): History {
  const names = [...new Set(recorded.map(({ environment }) => environment))].toSorted()
  return {
    version: 1,
    repository,
    environments: names.map((name) => {
      const own = recorded.filter(({ environment }) => environment === name)
      const index = own.findIndex(({ rollout }) => running.includes(rollout.state))
      const live = own[index]
      return {
        name,
        live: live === undefined ? null : toView(live),
        liveSince: live === undefined ? null : (live.rollout.firstHealthyAt ?? live.rollout.since),
        newer: own.slice(0, live === undefined ? Math.min(1, own.length) : index).map(toView),
      }
    }),
    deployments: recorded.slice(0, limit).map(toView),
  }
}

function toView({ rollout, ...record }: RecordedDeployment): DeploymentView {
  const { environment, pull, sha, base, mergedAt, mergedBy, classes, signatures } = record
  return {
    environment,
    pull,
    sha,
    base,
    mergedAt,
    mergedBy,
    classes,
    signatures,
    state: rollout.state,
    sentence: rollout.sentence,
    since: rollout.since,
    firstHealthyAt: rollout.firstHealthyAt ?? null,
    objects: rollout.objects.map(({ cluster, kind, namespace, name, state, sentence, revision = null }) => ({
      cluster,
      kind,
      namespace,
      name,
      state,
      sentence,
      revision,
    })),
  }
}
