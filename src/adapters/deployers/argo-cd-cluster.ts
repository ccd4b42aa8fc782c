import { readFile } from 'node:fs/promises'
import { listAt } from '../../core/rollout/json-at.ts'

const requestMs = 15_000

/**
 * Applications as Argo CD's own API shows them, for clusters whose Kubernetes API is not given. The account needs `applications, get`.
 * https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/
 */
export async function listApplications(argocd: {
  readonly url: string
  readonly tokenFile: string
}): Promise<readonly unknown[]> {
  const token = (await readFile(argocd.tokenFile, 'utf8')).trim()
  const address = new URL(`${argocd.url.replace(/\/+$/, '')}/api/v1/applications`)
  const answer = await fetch(address, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(requestMs),
  })
  if (!answer.ok) throw new Error(`Argo CD answered ${answer.status} to a list of applications`)
  const list: unknown = await answer.json()
  return listAt(list, 'items').map((item) => ({
    ...(item as object),
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
  }))
}
