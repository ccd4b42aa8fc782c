import { githubError, splitRepository } from './adapters/github/octokit.ts'
import { readPeople } from './adapters/github/read-people.ts'
import { readPull } from './adapters/github/read-pull.ts'
import { connectGitHub } from './compose-client.ts'
import type { FactsGitHub } from './pipeline/facts-deps.ts'
import type { ServerSettings } from './settings.ts'

/** What `policy simulate OWNER/REPO` reads of GitHub, as whoever the settings name. */
export interface SimulationAccess {
  readonly github: FactsGitHub
  /** Pull requests merged into the default branch since a time (ISO 8601), newest first. */
  mergedPulls(since: string): Promise<readonly { readonly number: number; readonly mergedAt: string }[]>
}

/** GITHUB_TOKEN where it is set, else the App of the settings. It reads only. */
export async function composeSimulation(
  settings: ServerSettings,
  repository: string,
): Promise<SimulationAccess> {
  const octokit = await connectGitHub(settings, repository)
  const at = splitRepository(repository)
  const appId = settings.credentials?.appId ?? 0
  return {
    github: {
      readPull: (name, number) => readPull(octokit, appId, name, number),
      readPeople: (name, needed) => readPeople(octokit, name, needed),
      gitAccess: async (name) => ({ url: `${settings.webUrl}/${name}.git`, token: await tokenOf() }),
    },
    async mergedPulls(since) {
      try {
        const { data } = await octokit.rest.repos.get(at)
        const found: { number: number; mergedAt: string }[] = []
        const pages = octokit.paginate.iterator(octokit.rest.pulls.list, {
          ...at,
          state: 'closed',
          base: data.default_branch,
          sort: 'updated',
          direction: 'desc',
          per_page: 100,
        })
        for await (const page of pages) {
          for (const { number, merged_at: mergedAt } of page.data)
            if (mergedAt !== null && Date.parse(mergedAt) >= Date.parse(since))
              found.push({ number, mergedAt })
          // What was not touched since was not merged since.
          const last = page.data.at(-1)
          if (last === undefined || Date.parse(last.updated_at) < Date.parse(since)) break
        }
        return found.sort((a, b) => Date.parse(b.mergedAt) - Date.parse(a.mergedAt) || b.number - a.number)
      } catch (thrown) {
        throw githubError(`list the merged pull requests of ${repository}`, thrown)
      }
    },
  }

  async function tokenOf(): Promise<string> {
    if (settings.gitHubToken !== undefined) return settings.gitHubToken
    const { token } = (await octokit.auth({ type: 'installation' })) as { token: string }
    return token
  }
}
