import type { Observation } from '../core/rollout/observation.ts'

/** What was seen of all clusters at one instant. */
export interface ClusterReading {
  readonly observations: readonly Observation[]
  /** Clusters whose objects were all listed: what is not among the observations is not there. */
  readonly listed: readonly string[]
  /** Clusters that could not be read, with the reason. */
  readonly failures: readonly { readonly cluster: string; readonly message: string }[]
}

/**
 * The clusters that the operator named, read and never written. A cluster that does not answer is a value: nothing here throws for it.
 */
export interface Deployers {
  /** Names of the clusters, in the operator's order. */
  readonly clusters: readonly string[]
  /** Objects of Argo CD, Flux, Flagger, Argo Rollouts and kapp in every cluster; at most a few seconds old. */
  observe(): Promise<ClusterReading>
}
