import type { Actor, CheckFacts, CommitFacts, ReviewFacts } from '../../core/facts.ts'
import type { PullReading } from '../../ports/github.ts'
import { checkNameOn } from '../../core/protection.ts'
import { commentMarker } from '../../core/words/comment.ts'
import { AppError } from '../../errors.ts'
import { githubError, splitRepository, type Octokit } from './octokit.ts'
import {
  checksPageQuery,
  commentsPageQuery,
  commitsPageQuery,
  pullQuery,
  reviewsPageQuery,
} from './pull-query.ts'
import type {
  CheckNode,
  CommentNode,
  CommitNode,
  GitActorNode,
  Page,
  PullNode,
  ReviewNode,
} from './pull-nodes.ts'

/** GitHub lists no more than this many commits of a pull request. https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request */
const commitLimit = 250

/**
 * Reads a pull request: one GraphQL query, and one more for each further page of a hundred commits, reviews or checks.
 * An answer with errors beside data is a failure, never half an answer.
 */
export async function readPull(
  octokit: Pick<Octokit, 'graphql'>,
  appId: number,
  repository: string,
  number: number,
): Promise<PullReading | undefined> {
  const { owner, repo: name } = splitRepository(repository)
  const at = { owner, name, number }
  const answer = await ask<{
    repository: {
      nameWithOwner: string
      defaultBranchRef: { name: string } | null
      pullRequest: PullNode | null
    } | null
  }>(octokit, pullQuery, at)
  const pull = answer?.repository?.pullRequest
  if (answer?.repository == null || pull == null) return undefined

  const commitNodes = await allOf(octokit, at, pull.commits, commitsPageQuery, commitLimit)
  const reviewNodes = await allOf<ReviewNode>(octokit, at, pull.reviews, reviewsPageQuery)
  const defaultBranch = answer.repository.defaultBranchRef?.name ?? pull.baseRefName
  const checkNodes = await allChecks(octokit, at, pull)
  const comment = await findComment(octokit, at, pull.comments)
  const ours = newestOwnCheck(checkNodes, appId, checkNameOn(pull.baseRefName, defaultBranch))
  const incomplete = commitsIncomplete(pull, commitNodes)
  const baseChangedAt = lastBaseChange(pull)
  const headSince = headSinceOf(pull)

  return {
    pull: {
      repository: answer.repository.nameWithOwner,
      number,
      state: pull.state === 'MERGED' ? 'merged' : pull.state === 'CLOSED' ? 'closed' : 'open',
      author: pull.author && toActor(pull.author),
      draft: pull.isDraft,
      fork: pull.isCrossRepository,
      base: {
        ref: pull.baseRefName,
        sha: pull.state === 'OPEN' ? (pull.baseRef?.target?.oid ?? pull.baseRefOid) : pull.baseRefOid,
      },
      ...(baseChangedAt === undefined ? {} : { baseChangedAt }),
      head: { ref: pull.headRefName, sha: pull.headRefOid },
      ...(headSince === undefined ? {} : { headSince }),
      commits: commitNodes.map(toCommit),
      ...(incomplete === undefined ? {} : { commitsIncomplete: incomplete }),
      changedFiles: pull.changedFiles,
      reviews: reviewNodes.flatMap(toReview),
      checks: checkNodes.filter((node) => !isOwn(node, appId)).map(toCheck),
      mergeable:
        pull.mergeable === 'MERGEABLE'
          ? 'mergeable'
          : pull.mergeable === 'CONFLICTING'
            ? 'conflicting'
            : 'unknown',
    },
    title: pull.title,
    url: pull.url,
    forcePushers: (pull.timelineItems.nodes ?? []).flatMap((node) => (node?.actor ? [node.actor.login] : [])),
    headRepository: pull.headRepository?.nameWithOwner ?? null,
    mergeCommit: pull.mergeCommit?.oid ?? null,
    mergedAt: pull.mergedAt,
    mergedBy: pull.mergedBy?.login ?? null,
    check: ours && {
      id: ours.databaseId,
      head: pull.headRefOid,
      externalId: ours.externalId,
      status: ours.status.toLowerCase(),
    },
    comment,
    defaultBranch,
    behind: pull.mergeStateStatus === 'BEHIND',
    requests: toRequests(pull),
  }
}

/** GitHub opens check suites when it gets a commit; the times in the commit itself are whatever its author likes. */
function headSinceOf({ headCommit, headRefOid }: PullNode): string | undefined {
  const commit = headCommit.nodes?.[0]?.commit
  if (commit?.oid !== headRefOid) return undefined
  const times = (commit.checkSuites?.nodes ?? []).flatMap((suite) => suite?.createdAt ?? [])
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0]
}

function lastBaseChange({ baseEvents }: PullNode): string | undefined {
  const [last] = baseEvents.nodes ?? []
  if (last === null)
    throw new AppError(
      'github-failed',
      'failed to read the pull request: GitHub left out its last base change',
    )
  return last?.createdAt
}

function toRequests({ reviewRequests, requestEvents }: PullNode): PullReading['requests'] {
  const asked = (reviewRequests?.nodes ?? []).flatMap((node) => node?.requestedReviewer ?? [])
  const removed = new Map<string, boolean>()
  for (const event of requestEvents.nodes ?? []) {
    const login = event?.requestedReviewer?.login?.toLowerCase()
    if (login !== undefined) removed.set(login, event?.__typename === 'ReviewRequestRemovedEvent')
  }
  return {
    users: asked.flatMap(({ login }) => login?.toLowerCase() ?? []),
    teams: asked.flatMap(({ combinedSlug }) => combinedSlug?.toLowerCase() ?? []),
    removed: [...removed].filter(([, isRemoved]) => isRemoved).map(([login]) => login),
  }
}

type PullAt = { readonly owner: string; readonly name: string; readonly number: number }

async function ask<Answer>(
  octokit: Pick<Octokit, 'graphql'>,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer | undefined> {
  try {
    return await octokit.graphql<Answer>(query, variables)
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined
    throw githubError('read the pull request', thrown)
  }
}

/** GraphQL answers "not there" and "not for you" with an error of type NOT_FOUND. */
function isNotFound(thrown: unknown): boolean {
  const errors =
    thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors)
      ? (thrown.errors as { type?: string }[])
      : []
  return errors.length > 0 && errors.every((error) => error.type === 'NOT_FOUND')
}

/** The first page and all that follow, up to `limit` nodes. */
async function allOf<Node>(
  octokit: Pick<Octokit, 'graphql'>,
  at: PullAt,
  first: Page<Node>,
  query: string,
  limit = 10_000,
): Promise<Node[]> {
  const nodes = present(first)
  for (let page = first; page.pageInfo.hasNextPage && nodes.length < limit;) {
    const answer = await ask<{ repository: { pullRequest: { page: Page<Node> } } }>(octokit, query, {
      ...at,
      after: page.pageInfo.endCursor,
    })
    if (answer === undefined)
      throw new AppError('github-failed', 'failed to read the pull request: it vanished between two pages')
    page = answer.repository.pullRequest.page
    nodes.push(...present(page))
  }
  return nodes
}

/** GitHub gives null for a node it could not resolve: that is not "there is none". */
function present<Node>(page: Page<Node>): Node[] {
  const nodes = page.nodes ?? []
  if (nodes.some((node) => node === null))
    throw new AppError('github-failed', 'failed to read the pull request: GitHub left out part of a list')
  return nodes as Node[]
}

async function allChecks(
  octokit: Pick<Octokit, 'graphql'>,
  at: PullAt,
  pull: PullNode,
): Promise<CheckNode[]> {
  const commit = pull.headCommit.nodes?.[0]?.commit
  if (commit?.statusCheckRollup == null) return []
  const { owner, name } = at
  const nodes = present(commit.statusCheckRollup.contexts)
  for (let page = commit.statusCheckRollup.contexts; page.pageInfo.hasNextPage;) {
    const answer = await ask<{
      repository: { object: { statusCheckRollup: { contexts: Page<CheckNode> } | null } | null }
    }>(octokit, checksPageQuery, { owner, name, oid: commit.oid, after: page.pageInfo.endCursor })
    const next = answer?.repository.object?.statusCheckRollup?.contexts
    if (next === undefined)
      throw new AppError('github-failed', 'failed to read the checks: they vanished between two pages')
    page = next
    nodes.push(...present(page))
  }
  return nodes
}

async function findComment(
  octokit: Pick<Octokit, 'graphql'>,
  at: PullAt,
  first: Page<CommentNode>,
): Promise<PullReading['comment']> {
  for (let page = first; ;) {
    const ours = present(page).find((node) => node.viewerDidAuthor && node.body.startsWith(commentMarker))
    if (ours) return { id: ours.databaseId, body: ours.body }
    if (!page.pageInfo.hasNextPage) return null
    const answer = await ask<{ repository: { pullRequest: { page: Page<CommentNode> } } }>(
      octokit,
      commentsPageQuery,
      {
        ...at,
        after: page.pageInfo.endCursor,
      },
    )
    if (answer === undefined) return null
    page = answer.repository.pullRequest.page
  }
}

function commitsIncomplete(pull: PullNode, read: readonly CommitNode[]): string | undefined {
  if (pull.commits.totalCount > commitLimit)
    return `it has ${pull.commits.totalCount} commits; GitHub lists at most ${commitLimit}`
  if (read.length !== pull.commits.totalCount)
    return `GitHub listed ${read.length} of ${pull.commits.totalCount} commits`
  const tooWide = read.find(({ commit }) => commit.parents.totalCount > 20 || commit.authors.totalCount > 20)
  if (tooWide) return `commit ${tooWide.commit.oid.slice(0, 7)} has more than 20 parents or authors`
  return undefined
}

function toActor(node: { readonly __typename: string; readonly login: string }): Actor {
  const known: readonly Actor['type'][] = [
    'User',
    'Bot',
    'Organization',
    'Mannequin',
    'EnterpriseUserAccount',
  ]
  // An account of a kind we do not know never signs: `Mannequin` is treated as nobody who can.
  const type = known.find((each) => each === node.__typename) ?? 'Mannequin'
  const login = type === 'Bot' && !node.login.endsWith('[bot]') ? `${node.login}[bot]` : node.login
  return { login, type }
}

/** Addresses GitHub gives to Apps and to commits made on its website; the GraphQL API ties them to no user. */
const appAddress = /^\d+\+([a-z0-9-]+\[bot\])@users\.noreply\./i

function toCommitActor(node: GitActorNode | null): Actor | null {
  if (node?.user) return toActor(node.user)
  const app = appAddress.exec(node?.email ?? '')?.[1]
  if (app !== undefined) return { login: app, type: 'Bot' }
  return null
}

function toCommit({ commit }: CommitNode): CommitFacts {
  const [, ...coAuthors] = commit.authors.nodes ?? []
  return {
    sha: commit.oid,
    parents: (commit.parents.nodes ?? []).map((parent) => parent.oid),
    author: toCommitActor(commit.author),
    committer: isWebFlow(commit.committer)
      ? { login: 'web-flow', type: 'User' }
      : toCommitActor(commit.committer),
    coAuthors: coAuthors.map(toCommitActor),
  }
}

/** Commits made on github.com or by its API are committed by GitHub itself. On Enterprise Server the address carries its host. */
function isWebFlow(node: GitActorNode | null): boolean {
  return node?.user?.login === 'web-flow' || (node?.name === 'GitHub' && /^noreply@/.test(node.email ?? ''))
}

function toReview(node: ReviewNode): readonly ReviewFacts[] {
  // PENDING reviews are seen by their author alone and count for nothing.
  if (node.state === 'PENDING' || node.submittedAt === null) return []
  const state = (['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED'] as const).find(
    (each) => each === node.state,
  )
  if (state === undefined)
    throw new AppError('github-failed', `failed to read the reviews: unknown state ${node.state}`)
  const review = {
    id: node.id,
    state,
    at: node.submittedAt,
    body: node.body,
    commit: node.commit?.oid ?? null,
    ...editedByOther(node),
  }
  return [{ ...review, by: node.author && toActor(node.author) }]
}

function editedByOther({ lastEditedAt, editor, author }: ReviewNode): Pick<ReviewFacts, 'editedBy'> {
  if (lastEditedAt === null) return {}
  if (editor !== null && editor.login === author?.login) return {}
  return { editedBy: editor?.login ?? 'somebody' }
}

function isOwn(node: CheckNode, appId: number): boolean {
  return node.__typename === 'CheckRun' && node.checkSuite.app?.databaseId === appId
}

function newestOwnCheck(
  nodes: readonly CheckNode[],
  appId: number,
  name: string,
): Extract<CheckNode, { __typename: 'CheckRun' }> | null {
  const own = nodes.flatMap((node) =>
    node.__typename === 'CheckRun' && isOwn(node, appId) && node.name === name ? [node] : [],
  )
  return own.sort((a, b) => b.databaseId - a.databaseId)[0] ?? null
}

function toCheck(node: CheckNode): CheckFacts {
  if (node.__typename === 'StatusContext') {
    const pending = node.state === 'PENDING' || node.state === 'EXPECTED'
    return {
      name: node.context,
      app: `status:${node.creator?.login ?? 'ghost'}`,
      status: pending ? 'pending' : 'completed',
      conclusion: pending ? null : node.state === 'SUCCESS' ? 'success' : 'failure',
      at: node.createdAt,
    }
  }
  return {
    name: node.name,
    app: node.checkSuite.app?.slug ?? 'unknown',
    status: node.status.toLowerCase() as CheckFacts['status'],
    conclusion: node.conclusion?.toLowerCase() ?? null,
    at: node.completedAt ?? node.startedAt ?? '',
  }
}
