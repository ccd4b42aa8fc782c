import type { AskedReviewers } from '../../ports/github.ts'
import { githubError, splitRepository, type Octokit } from './octokit.ts'

/** https://docs.github.com/en/rest/pulls/review-requests */
export async function requestReviews(
  octokit: Octokit,
  repository: string,
  number: number,
  asked: AskedReviewers,
): Promise<void> {
  try {
    await octokit.rest.pulls.requestReviewers({
      ...splitRepository(repository),
      pull_number: number,
      reviewers: [...asked.logins],
      team_reviewers: slugs(asked),
    })
  } catch (thrown) {
    throw githubError(`ask for reviews on #${number}`, thrown)
  }
}

export async function withdrawRequests(
  octokit: Octokit,
  repository: string,
  number: number,
  asked: AskedReviewers,
): Promise<void> {
  try {
    await octokit.rest.pulls.removeRequestedReviewers({
      ...splitRepository(repository),
      pull_number: number,
      reviewers: [...asked.logins],
      team_reviewers: slugs(asked),
    })
  } catch (thrown) {
    throw githubError(`take back requests on #${number}`, thrown)
  }
}

/** GitHub takes slugs: the organisation is the repository's. */
function slugs({ teams }: AskedReviewers): string[] {
  return teams.map((team) => team.slice(team.indexOf('/') + 1))
}
