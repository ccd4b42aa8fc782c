import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseClusters, type Cluster } from './core/clusters/clusters-file.ts'
import { describeProblem } from './core/problem.ts'
import { AppError } from './errors.ts'

/** A cluster with what it shows when it calls. */
export interface KnownCluster extends Cluster {
  readonly hookSecret?: string | undefined
}

/** Shorter secrets can be guessed. */
const shortestSecret = 16

/** Reads the operator's file of clusters, and the secrets that it names. Throws `bad-settings` with every problem. No file: no clusters. */
export async function readClusters(file: string | undefined): Promise<readonly KnownCluster[]> {
  if (file === undefined) return []
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('bad-settings', `COUNTERSIGN_CLUSTERS: ${(cause as Error).message}`, { cause })
  })
  const parsed = parseClusters(file, text)
  if (!parsed.ok) throw new AppError('bad-settings', parsed.problems.map(describeProblem).join('\n'))
  const here = (path: string): string => resolve(dirname(file), path)
  const problems: string[] = []
  const clusters = await Promise.all(
    parsed.value.map(async (cluster): Promise<KnownCluster> => {
      const { kubeconfig, argocd, hookSecretFile } = cluster
      const placed = {
        ...cluster,
        ...(kubeconfig === undefined ? {} : { kubeconfig: here(kubeconfig) }),
        ...(argocd === undefined ? {} : { argocd: { ...argocd, tokenFile: here(argocd.tokenFile) } }),
      }
      if (hookSecretFile === undefined) return placed
      try {
        // A file that an editor saved ends with a line break that is no part of the secret.
        const hookSecret = (await readFile(here(hookSecretFile), 'utf8')).replace(/\r?\n$/, '')
        if (hookSecret.length < shortestSecret)
          problems.push(
            `${hookSecretFile}: the secret has fewer than ${shortestSecret} characters; write a longer one`,
          )
        return { ...placed, hookSecret }
      } catch (error) {
        problems.push(`${hookSecretFile}: ${(error as Error).message}`)
        return placed
      }
    }),
  )
  const secrets = clusters.flatMap(({ hookSecret }) => hookSecret ?? [])
  if (new Set(secrets).size < secrets.length)
    problems.push('two clusters have the same hook secret; nobody could tell which of them calls')
  if (problems.length > 0) throw new AppError('bad-settings', problems.join('\n'))
  return clusters
}
