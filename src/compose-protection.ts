import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { ensureRuleset, readProtection } from './adapters/github/protection.ts'
import { splitRepository } from './adapters/github/octokit.ts'
import { policyPath } from './core/policy/policy.ts'
import type { ProtectionFacts, WantedRuleset } from './core/protection.ts'
import { AppError } from './errors.ts'
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
  const octokit = await connect(settings, repository)
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

async function connect(settings: ServerSettings, repository: string): Promise<Octokit> {
  const baseUrl = settings.apiUrl
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  if (settings.gitHubToken !== undefined) return new Octokit({ baseUrl, auth: settings.gitHubToken, log })
  if (settings.credentials === undefined)
    throw new AppError(
      'bad-settings',
      'GITHUB_TOKEN is not set and no App is registered; set GITHUB_TOKEN to a token of an administrator of the repository',
    )
  const { appId, privateKey } = settings.credentials
  const app = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { appId, privateKey }, log })
  const { data } = await app.rest.apps.getRepoInstallation(splitRepository(repository))
  return new Octokit({
    baseUrl,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId: data.id },
    log,
  })
}
