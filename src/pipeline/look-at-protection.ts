import { protectionProblems } from '../core/protection.ts'
import { toAppError } from '../errors.ts'
import type { PipelineDeps } from './deps.ts'

/** Whether the check is still binding on each branch that pull requests wait for; what is found is shown with the next judgement. */
export async function lookAtProtection(deps: PipelineDeps, only?: string): Promise<void> {
  const branches = new Map<string, { repository: string; branch: string; installation: number }>()
  for (const { key, base, installation } of await deps.store.openPulls({ repository: only })) {
    const repository = key.slice(0, key.indexOf('#'))
    branches.set(`${repository} ${base}`, { repository, branch: base, installation })
  }
  for (const { repository, branch, installation } of branches.values()) {
    try {
      const github = await deps.app.installation(installation)
      const found = await github.readProtection(repository, branch)
      const problems = protectionProblems(found, branch, deps.appId)
      await deps.store.saveProtectionProblems(repository, branch, problems)
    } catch (thrown) {
      deps.log.warn({ repository, branch, err: toAppError(thrown) }, 'protection could not be read')
    }
  }
}
