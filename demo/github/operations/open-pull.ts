import { runGit } from '../git/run-git.ts'
import type { Services } from '../services.ts'
import type { Account, Pull, Repository } from '../world/model.ts'
import { invalid, invalidField } from '../world/refusal.ts'
import { announcePull, recordEvent } from './announce.ts'
import { judgeMergeability } from './mergeability.ts'
import { openPulls } from './find-pulls.ts'

export interface NewPull {
  readonly title: string
  /** `branch`, or `owner:branch` for a fork. */
  readonly head: string
  readonly base: string
  readonly body?: string | null | undefined
  readonly draft?: boolean | undefined
  readonly maintainerCanModify?: boolean | undefined
}

function findHead(
  services: Services,
  repository: Repository,
  head: string,
): { repository: Repository; branch: string } {
  const [owner, branch] = head.includes(':') ? head.split(/:(.*)/s) : [repository.owner.login, head]
  const found = [...services.world.repositories.values()].find(
    (each) =>
      each.owner.login.toLowerCase() === owner?.toLowerCase() &&
      (each === repository || each.parent === repository),
  )
  if (found === undefined || branch === undefined) throw invalidField('PullRequest', 'head', 'invalid')
  return { repository: found, branch }
}

/** Opens a pull request, makes `refs/pull/N/head` and `merge`, and announces it. Throws GitHub's 422 for a bad one. */
export async function openPull(
  services: Services,
  repository: Repository,
  user: Account,
  wanted: NewPull,
): Promise<Pull> {
  const { world } = services
  const { git } = repository
  const head = findHead(services, repository, wanted.head)
  const headSha = head.repository.git.branch(head.branch)
  const baseSha = git.branch(wanted.base)
  if (baseSha === undefined) throw invalidField('PullRequest', 'base', 'invalid')
  if (headSha === undefined) throw invalidField('PullRequest', 'head', 'invalid')
  if (wanted.title.trim() === '') throw invalidField('PullRequest', 'title', 'missing_field')
  if ((wanted.body ?? '').length > 65_536)
    throw invalid('Validation Failed', [
      {
        resource: 'Issue',
        field: 'body',
        code: 'custom',
        message: 'body is too long (maximum is 65536 characters)',
      },
    ])
  const same = openPulls(repository).find(
    (pull) =>
      pull.headRepository === head.repository && pull.headRef === head.branch && pull.baseRef === wanted.base,
  )
  const label = `${head.repository.owner.login}:${head.branch}`
  if (same !== undefined)
    throw invalid('Validation Failed', [
      {
        resource: 'PullRequest',
        field: '',
        code: 'custom',
        message: `A pull request already exists for ${label}.`,
      },
    ])

  return git.exclusively(async () => {
    const number = repository.pulls.size + 1
    await runGit(git.directory, [
      'fetch',
      '--quiet',
      '--no-tags',
      head.repository.git.directory,
      `+refs/heads/${head.branch}:refs/pull/${number}/head`,
    ])
    git.refs.set(`refs/pull/${number}/head`, headSha)
    const commits = await git.between(baseSha, headSha)
    if (commits.length === 0) {
      await git.updateRef(`refs/pull/${number}/head`, null)
      throw invalid('Validation Failed', [
        {
          resource: 'PullRequest',
          field: '',
          code: 'custom',
          message: `No commits between ${wanted.base} and ${wanted.head}`,
        },
      ])
    }
    const pull = makePull(services, repository, user, { ...wanted, number, headSha, baseSha, head })
    for (const sha of commits) recordEvent(world, pull, { type: 'PullRequestCommit', sha })
    repository.pulls.set(number, pull)
    await judgeMergeability(world, pull)
    await announcePull(services, pull, 'opened', user)
    return pull
  })
}

function makePull(
  { world }: Services,
  repository: Repository,
  user: Account,
  wanted: Omit<NewPull, 'head'> & {
    readonly number: number
    readonly headSha: string
    readonly baseSha: string
    readonly head: { readonly repository: Repository; readonly branch: string }
  },
): Pull {
  const now = world.now()
  const issue = world.create('Issue', (identity) => identity)
  return world.create('PullRequest', (identity): Pull => ({
    ...identity,
    issueId: issue.id,
    repository,
    number: wanted.number,
    user,
    title: wanted.title,
    body: wanted.body ?? null,
    draft: wanted.draft ?? false,
    state: 'open',
    baseRef: wanted.base,
    baseSha: wanted.baseSha,
    headRef: wanted.head.branch,
    headSha: wanted.headSha,
    headRepository: wanted.head.repository,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    maintainerCanModify: wanted.maintainerCanModify ?? false,
    lastPusher: user,
    labels: [],
    comments: [],
    reviews: [],
    requestedUsers: [],
    requestedTeams: [],
    timeline: [],
  }))
}
