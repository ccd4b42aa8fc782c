import { readFile } from 'node:fs/promises'
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { listAt, numberAt } from '../../core/rollout/json-at.ts'

/** What is listed; a cluster that does not have a kind answers 404, and then has none of it. */
const kinds = [
  ['argoproj.io', 'v1alpha1', 'applications', 'Application'],
  ['argoproj.io', 'v1alpha1', 'rollouts', 'Rollout'],
  ['source.toolkit.fluxcd.io', 'v1', 'gitrepositories', 'GitRepository'],
  ['kustomize.toolkit.fluxcd.io', 'v1', 'kustomizations', 'Kustomization'],
  ['helm.toolkit.fluxcd.io', 'v2', 'helmreleases', 'HelmRelease'],
  ['flagger.app', 'v1beta1', 'canaries', 'Canary'],
  ['kappctrl.k14s.io', 'v1alpha1', 'apps', 'App'],
] as const

const requestMs = 15_000
/** Objects of one request; the rest comes with the next ones. */
const pageSize = 500

/**
 * Objects of all deployers in a cluster, by its API: `get` and `list` are enough. Throws what the API or the kubeconfig says.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listKubernetesObjects(cluster: {
  readonly kubeconfig: string
  readonly context?: string | undefined
}): Promise<readonly unknown[]> {
  const config = new KubeConfig()
  config.loadFromString(await readFile(cluster.kubeconfig, 'utf8'))
  if (cluster.context !== undefined) {
    if (config.getContextObject(cluster.context) === null)
      throw new Error(`the kubeconfig has no context ${cluster.context}`)
    config.setCurrentContext(cluster.context)
  }
  const api = config.makeApiClient(CustomObjectsApi)
  const lists = await Promise.all(kinds.map((kind) => listAll(api, kind)))
  return lists.flat()
}

async function listAll(
  api: CustomObjectsApi,
  [group, version, plural, kind]: (typeof kinds)[number],
): Promise<readonly unknown[]> {
  const found: unknown[] = []
  let next: string | undefined
  do {
    let page: unknown
    try {
      page = await withTimeout(
        api.listClusterCustomObject({
          group,
          version,
          plural,
          limit: pageSize,
          ...(next === undefined ? {} : { _continue: next }),
        }),
        `list ${plural}.${group}`,
      )
    } catch (thrown) {
      if (numberAt(thrown, 'code') === 404) return []
      throw new Error(`${plural}.${group} could not be listed: ${messageOf(thrown)}`, { cause: thrown })
    }
    // Items of a list do not repeat its kind.
    for (const item of listAt(page, 'items'))
      found.push({ ...(item as object), apiVersion: `${group}/${version}`, kind })
    const token = (page as { readonly metadata?: { readonly continue?: unknown } }).metadata?.continue
    next = typeof token === 'string' && token !== '' ? token : undefined
  } while (next !== undefined)
  return found
}

async function withTimeout<Value>(work: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${requestMs / 1000} s (${what})`)), requestMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The first line, without headers and bodies that may hold credentials. */
function messageOf(thrown: unknown): string {
  const code = numberAt(thrown, 'code')
  if (code === 401 || code === 403) return `the API answered ${code}; the account needs get and list`
  if (code !== undefined) return `the API answered ${code}`
  return thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : 'unknown'
}
