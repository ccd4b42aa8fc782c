import type { GitHub, ProposedChange } from '../../ports/github.ts'
import { githubError, once, splitRepository, statusOf, type Octokit } from './octokit.ts'

type At = ReturnType<typeof splitRepository>

/** The trailer by which a commit of ours is known: a branch that somebody pushed to is not overwritten. */
const trailer = 'Countersign-Proposal'

/**
 * A branch with one commit on top of the base, and a pull request from it. Blobs, trees and commits are found by their content, so every step
 * may be done twice. https://docs.github.com/en/rest/git/trees · https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
 */
export async function ensureProposal(
  octokit: Octokit,
  repository: string,
  proposal: ProposedChange,
): Promise<Awaited<ReturnType<GitHub['ensureProposal']>>> {
  const at = splitRepository(repository)
  const { branch, base, title, body } = proposal
  try {
    const { data: known } = await octokit.rest.pulls.list({
      ...at,
      head: `${at.owner}:${branch}`,
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: 10,
    })
    const open = known.find((each) => each.state === 'open')
    const [newest] = known
    if (open === undefined && newest !== undefined && proposal.once)
      return { number: newest.number, state: newest.merged_at === null ? 'closed' : 'merged' }
    await ensureBranch(octokit, at, proposal)
    if (open !== undefined) {
      if (open.title !== title || open.body !== body)
        await octokit.rest.pulls.update({ ...at, pull_number: open.number, title, body })
      return { number: open.number, state: 'open' }
    }
    const { data: made } = await octokit.rest.pulls.create({
      ...at,
      head: branch,
      base: base.ref,
      title,
      body,
      maintainer_can_modify: true,
      ...once,
    })
    return { number: made.number, state: 'open' }
  } catch (thrown) {
    throw githubError(`propose ${branch}`, thrown)
  }
}

async function ensureBranch(
  octokit: Octokit,
  at: At,
  { branch, base, files, message }: ProposedChange,
): Promise<void> {
  const { data: baseCommit } = await octokit.rest.git.getCommit({ ...at, commit_sha: base.sha })
  const entries = await Promise.all(
    files.map(async ({ path, mode, content }) => ({
      path,
      mode: mode as '100644' | '100755' | '120000',
      type: 'blob' as const,
      sha: content === null ? null : await writeBlob(octokit, at, content),
    })),
  )
  const { data: tree } = await octokit.rest.git.createTree({
    ...at,
    base_tree: baseCommit.tree.sha,
    tree: entries,
  })
  const stands = await readHead(octokit, at, branch)
  if (stands !== undefined) {
    const { data: head } = await octokit.rest.git.getCommit({ ...at, commit_sha: stands })
    const isSame =
      head.tree.sha === tree.sha && head.parents.length === 1 && head.parents[0]?.sha === base.sha
    if (isSame || !head.message.includes(`\n${trailer}: ${branch}`)) return
  }
  const { data: commit } = await octokit.rest.git.createCommit({
    ...at,
    message: `${message.trim()}\n${trailer}: ${branch}\n`,
    tree: tree.sha,
    parents: [base.sha],
  })
  if (stands === undefined)
    await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit.sha, ...once })
  else await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha, force: true })
}

async function writeBlob(octokit: Octokit, at: At, content: Buffer): Promise<string> {
  const { data } = await octokit.rest.git.createBlob({
    ...at,
    content: content.toString('base64'),
    encoding: 'base64',
  })
  return data.sha
}

async function readHead(octokit: Octokit, at: At, branch: string): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` })
    return data.object.sha
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined
    throw thrown
  }
}
