import { toAppError } from '../errors.ts'
import { readServerSettings } from '../settings.ts'
import type { Examined } from './doctor.ts'

/** Whether each cluster of the operator's file answers, and what it deploys; nothing where no file is named. */
export async function examineClusters(): Promise<readonly Examined[]> {
  const settings = readServerSettings()
  if (settings.clustersFile === undefined) return []
  try {
    const { examineDeployers } = await import('../compose-deployers.ts')
    const { clusters, reading } = await examineDeployers(settings.clustersFile)
    return clusters.map(({ name, hookSecret, kubeconfig, argocd }) => {
      const failure = reading.failures.find(({ cluster }) => cluster === name)
      if (failure !== undefined)
        return {
          name: `cluster ${name}`,
          ok: false,
          found: failure.message,
          next: 'docs/connect/README.md says what the account needs',
        }
      const hooks = hookSecret === undefined ? 'no hooks' : 'hooks with a secret of its own'
      if (kubeconfig === undefined && argocd === undefined)
        return { name: `cluster ${name}`, ok: true, found: `${hooks}; it cannot be asked, only told` }
      const kinds = new Map<string, number>()
      for (const each of reading.observations) {
        if (each.via !== 'object' || each.cluster !== name) continue
        const { kind } = each.object as { readonly kind: string }
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      }
      const found = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')
      return {
        name: `cluster ${name}`,
        ok: true,
        found: `${found === '' ? 'answers, and deploys nothing' : found}; ${hooks}`,
      }
    })
  } catch (thrown) {
    const found = toAppError(thrown).message
    return [{ name: 'clusters', ok: false, found, next: 'docs/connect/README.md shows the file' }]
  }
}
