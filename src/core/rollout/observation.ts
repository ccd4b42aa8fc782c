import type { FluxEvent } from './read-flux-event.ts'
import type { GitHubStatus } from './read-github-status.ts'

/** Something that was seen of a deployment, at one instant. Kept as evidence; judged as often as needed. */
export type Observation =
  /** An object as the cluster's API (or Argo CD's) showed it. */
  | { readonly via: 'object'; readonly cluster: string; readonly at: string; readonly object: unknown }
  /** A signed event of Flux. */
  | { readonly via: 'flux-event'; readonly cluster: string; readonly at: string; readonly event: FluxEvent }
  /** A commit status or deployment status on GitHub. */
  | { readonly via: 'github'; readonly at: string; readonly status: GitHubStatus }

/** Names an object among all clusters: `Kustomization flux-system/apps`, and where it runs. */
export interface ObjectName {
  /** The operator's name of the cluster; empty where something else than a cluster speaks. */
  readonly cluster: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** `prod-eu: Kustomization flux-system/apps`. */
export function objectKey({ cluster, kind, namespace, name }: ObjectName): string {
  const where = cluster === '' ? '' : `${cluster}: `
  return `${where}${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
}
