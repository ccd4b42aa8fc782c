import { AppError } from '../../errors.ts'
import { githubError, once, splitRepository, statusOf, type Octokit } from './octokit.ts'

/**
 * Has GitHub merge the base branch into the branch of a pull request, if `head` still is its head. GitHub answers 202 and does it then; the push
 * is told by webhook. https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request-branch
 */
export async function updateBranch(
  octokit: Octokit,
  repository: string,
  number: number,
  head: string,
): Promise<void> {
  try {
    await octokit.rest.pulls.updateBranch({
      ...splitRepository(repository),
      pull_number: number,
      expected_head_sha: head,
      ...once,
    })
  } catch (thrown) {
    if (statusOf(thrown) === 422 && /expected head|no new commits/i.test(String(thrown)))
      throw new AppError('head-moved', `the head of #${number} is no longer ${head.slice(0, 7)}`, {
        cause: thrown,
      })
    throw githubError(`update the branch of #${number}`, thrown)
  }
}
