import { installedRepositories } from '../compose-client.ts'
import { composeProtection, type ProtectionAccess } from '../compose-protection.ts'
import { protectionProblems } from '../core/protection.ts'
import { toAppError } from '../errors.ts'
import { readServerSettings } from '../settings.ts'
import type { Examine, Examined } from './doctor.ts'

/** What is asked of GitHub; tests answer themselves. */
export interface ProtectionSource {
  /** Repositories to look at where none is named. */
  readonly installed: () => Promise<readonly string[]>
  readonly connect: (repository: string) => Promise<ProtectionAccess>
}

/** What `protect` would change, for the repository that was asked about or for all that are installed. */
export function examineProtectionWith(source: () => ProtectionSource): Examine {
  return async (_io, repository) => {
    try {
      const { installed, connect } = source()
      const names = repository === undefined ? await installed() : [repository]
      return await Promise.all(names.map((name) => examine(name, connect)))
    } catch (thrown) {
      return [{ name: 'protection', ok: false, found: toAppError(thrown).message }]
    }
  }
}

export const examineProtection = examineProtectionWith(() => {
  const settings = readServerSettings()
  return {
    installed: () => installedRepositories(settings),
    connect: (repository) => composeProtection(settings, repository),
  }
})

async function examine(repository: string, connect: ProtectionSource['connect']): Promise<Examined> {
  try {
    const access = await connect(repository)
    if (access.appId === undefined)
      return {
        name: repository,
        ok: false,
        found: 'which App reports the check is not known',
        next: 'set APP_ID',
      }
    const branch = await access.defaultBranch(repository)
    const facts = await access.readProtection(repository, branch)
    const problems = protectionProblems(facts, branch, access.appId)
    return problems.length === 0
      ? { name: repository, ok: true, found: `the check is binding on ${branch}` }
      : {
          name: repository,
          ok: false,
          found: problems.join('; '),
          next: `countersign protect ${repository} --apply sets this right`,
        }
  } catch (thrown) {
    return { name: repository, ok: false, found: toAppError(thrown).message }
  }
}
