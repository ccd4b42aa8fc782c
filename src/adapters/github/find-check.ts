import type { PublishedCheck } from '../../core/effects.ts'
import { githubError, splitRepository, type Octokit } from './octokit.ts'

/** Our newest check run of a name at a commit. https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference */
export async function findCheck(
  octokit: Octokit,
  appId: number,
  repository: string,
  { head, name }: { readonly head: string; readonly name: string },
): Promise<PublishedCheck | undefined> {
  try {
    const at = { ...splitRepository(repository), ref: head }
    const { data } = await octokit.rest.checks.listForRef({ ...at, check_name: name, app_id: appId })
    const [found] = data.check_runs
      .filter((run) => run.app?.id === appId && run.name === name)
      .toSorted((a, b) => b.id - a.id)
    return found && { id: found.id, head, externalId: found.external_id, status: found.status }
  } catch (thrown) {
    throw githubError(`find the check run on ${head.slice(0, 7)}`, thrown)
  }
}
