import { githubError, once, splitRepository, type Octokit } from './octokit.ts'

/**
 * A comment of our App that is there at most once, found by its marker. https://docs.github.com/en/rest/issues/comments
 * Two processes that write it in the same second could write it twice; a pull request is worked on by one at a time.
 */
export async function ensureNote(
  octokit: Octokit,
  at: { readonly appId: number; readonly repository: string; readonly number: number },
  marker: string,
  body: string,
): Promise<void> {
  const issue = { ...splitRepository(at.repository), issue_number: at.number }
  try {
    const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, { ...issue, per_page: 100 })
    for await (const { data } of pages) {
      const ours = data.find(
        (comment) => comment.performed_via_github_app?.id === at.appId && comment.body?.startsWith(marker),
      )
      if (ours !== undefined) return
    }
    await octokit.rest.issues.createComment({ ...issue, body: `${marker}\n${body}`, ...once })
  } catch (thrown) {
    throw githubError(`write a note on #${at.number}`, thrown)
  }
}
