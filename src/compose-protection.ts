import { ensureRuleset, readProtection } from './adapters/github/protection.ts'
import { splitRepository } from './adapters/github/octokit.ts'
import { policyPath } from './core/policy/policy.ts'
import type { ProtectionFacts, WantedRuleset } from './core/protection.ts'
import { connectGitHub } from './compose-client.ts'
import type { ServerSettings } from './settings.ts'

/** What `protect` does on GitHub, as whoever the settings name. */
export interface ProtectionAccess {
  readonly appId: number | undefined
  readProtection(repository: string, branch: string): Promise<ProtectionFacts>
  ensureRuleset(repository: string, wanted: WantedRuleset): Promise<void>
  defaultBranch(repository: string): Promise<string>
  /** Text of the policy on a branch; undefined when there is none. */
  policyText(repository: string, branch: string): Promise<string | undefined>
}

/** GITHUB_TOKEN where it is set (creating a ruleset takes an administrator), else the App of the settings. */
export async function composeProtection(
  settings: ServerSettings,
  repository: string,
): Promise<ProtectionAccess> {
  const octokit = await connectGitHub(settings, repository)
  const appId = settings.credentials?.appId
  return {
    appId,
    readProtection: (name, branch) => readProtection(octokit, name, branch),
    ensureRuleset: (name, wanted) => ensureRuleset(octokit, name, wanted),
    async defaultBranch(name) {
      const { data } = await octokit.rest.repos.get(splitRepository(name))
      return data.default_branch
    },
    async policyText(name, branch) {
      try {
        const { data } = await octokit.rest.repos.getContent({
          ...splitRepository(name),
          path: policyPath,
          ref: branch,
        })
        return 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : undefined
      } catch (thrown) {
        if (thrown instanceof Error && 'status' in thrown && thrown.status === 404) return undefined
        throw thrown
      }
    },
  }
}
