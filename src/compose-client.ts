import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { githubError, splitRepository } from './adapters/github/octokit.ts'
import { AppError } from './errors.ts'
import type { ServerSettings } from './settings.ts'

/**
 * A client for commands: with GITHUB_TOKEN where it is set, else as the App's installation on the repository. Throws `bad-settings` when
 * there is neither.
 */
export async function connectGitHub(settings: ServerSettings, repository: string): Promise<Octokit> {
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

/** Repositories of every installation of the App, `owner/name`, without archived ones. Empty before the App is registered. */
export async function installedRepositories(settings: ServerSettings): Promise<readonly string[]> {
  if (settings.credentials === undefined) return []
  const { appId, privateKey } = settings.credentials
  const baseUrl = settings.apiUrl
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const app = new Octokit({ baseUrl, authStrategy: createAppAuth, auth: { appId, privateKey }, log })
  const names: string[] = []
  try {
    for (const { id, suspended_at } of await app.paginate(app.rest.apps.listInstallations, {
      per_page: 100,
    })) {
      if (suspended_at != null) continue
      const auth = { appId, privateKey, installationId: id }
      const installation = new Octokit({ baseUrl, authStrategy: createAppAuth, auth, log })
      const found = await installation.paginate(installation.rest.apps.listReposAccessibleToInstallation, {
        per_page: 100,
      })
      names.push(...found.filter(({ archived }) => !archived).map((each) => each.full_name))
    }
    return names
  } catch (thrown) {
    throw githubError('list the installed repositories', thrown)
  }
}
