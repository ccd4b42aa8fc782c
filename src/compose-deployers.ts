import { createDeployers } from './adapters/deployers/create-deployers.ts'
import { readClusters, type KnownCluster } from './clusters.ts'
import type { ClusterReading } from './ports/deployers.ts'

/** Reads every cluster of the operator's file once, for `doctor`. Throws `bad-settings` where the file is bad. */
export async function examineDeployers(
  file: string,
): Promise<{ readonly clusters: readonly KnownCluster[]; readonly reading: ClusterReading }> {
  const clusters = await readClusters(file)
  return { clusters, reading: await createDeployers(clusters, () => new Date()).observe() }
}
