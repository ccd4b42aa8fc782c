import { AppError } from '../../errors.ts'
import type { GitHub } from '../../ports/github.ts'
import { githubError, splitRepository, statusOf, type Octokit } from './octokit.ts'

type Request = Parameters<GitHub['mergePull']>[2]

/**
 * Merges exactly the judged head: `sha` makes GitHub refuse with 409 when the branch has moved.
 * https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
 */
export async function mergePull(
  octokit: Octokit,
  repository: string,
  number: number,
  request: Request,
): Promise<{ sha: string }> {
  try {
    const answer = await octokit.rest.pulls.merge({
      ...splitRepository(repository),
      pull_number: number,
      sha: request.head,
      merge_method: request.method,
      // The proof is of this instant: Octokit must not ask again, seconds or an hour later, for what was judged now.
      request: { retries: 0 },
      ...(request.method === 'rebase'
        ? {}
        : { commit_title: request.title, commit_message: request.message }),
    })
    return { sha: answer.data.sha }
  } catch (thrown) {
    const status = statusOf(thrown)
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    if (status === 409)
      throw new AppError('head-moved', `the head of #${number} is no longer ${request.head.slice(0, 7)}`, {
        cause: thrown,
      })
    if (status === 405)
      throw new AppError('merge-conflict', `GitHub does not merge #${number}: ${message}`, { cause: thrown })
    throw githubError(`merge #${number}`, thrown)
  }
}
