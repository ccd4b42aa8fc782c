import type { Cluster } from '../../core/clusters/clusters-file.ts'
import { briefly } from '../../core/rollout/json-at.ts'
import type { ClusterReading, Deployers } from '../../ports/deployers.ts'
import { listApplications } from './argo-cd-cluster.ts'
import { listKubernetesObjects } from './kubernetes-cluster.ts'

/** Deployments that are looked at in the same moment share what was read. */
const freshMs = 5_000

/** The clusters of the operator's file, read in parallel; one that does not answer takes nothing from the others. */
export function createDeployers(clusters: readonly Cluster[], now: () => Date): Deployers {
  let latest: { readonly at: number; readonly reading: Promise<ClusterReading> } | undefined
  return {
    clusters: clusters.map(({ name }) => name),
    observe() {
      const at = now().getTime()
      if (latest === undefined || at - latest.at >= freshMs) latest = { at, reading: readAll(clusters, now) }
      return latest.reading
    },
  }
}

async function readAll(clusters: readonly Cluster[], now: () => Date): Promise<ClusterReading> {
  const readings = await Promise.all(clusters.map((cluster) => readOne(cluster, now)))
  return {
    observations: readings.flatMap(({ observations }) => observations),
    listed: readings.flatMap(({ listed }) => listed),
    failures: readings.flatMap(({ failures }) => failures),
  }
}

async function readOne(cluster: Cluster, now: () => Date): Promise<ClusterReading> {
  const { name, kubeconfig, context, argocd } = cluster
  if (kubeconfig === undefined && argocd === undefined) return { observations: [], listed: [], failures: [] }
  const at = now().toISOString()
  try {
    const [own, applications] = await Promise.all([
      kubeconfig === undefined ? [] : listKubernetesObjects({ kubeconfig, context }),
      argocd === undefined ? [] : listApplications(argocd),
    ])
    const observations = [...own, ...applications].map((object) => ({
      via: 'object' as const,
      cluster: name,
      at,
      object,
    }))
    return { observations, listed: [name], failures: [] }
  } catch (thrown) {
    const message = briefly(thrown instanceof Error ? thrown.message : 'it could not be read')
    return { observations: [], listed: [], failures: [{ cluster: name, message }] }
  }
}
