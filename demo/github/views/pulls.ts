import { judgeMergeability, comparedCommits } from '../operations/mergeability.ts'
import type { Comment, Label, Pull, Reaction, Repository, Review } from '../world/model.ts'
import { associationOf } from '../world/people.ts'
import type { World } from '../world/world.ts'
import { viewAccount, viewApp, viewHookTeam, viewTeam } from './accounts.ts'
import { repositoryPage, repositoryUrl, viewRepository } from './repositories.ts'

export const viewLabel = (world: World, repository: Repository, label: Label): Record<string, unknown> => ({
  id: label.id,
  node_id: label.nodeId,
  url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
})

export const pullUrl = (world: World, pull: Pull): string =>
  `${repositoryUrl(world, pull.repository)}/pulls/${pull.number}`
export const issueUrl = (world: World, pull: Pull): string =>
  `${repositoryUrl(world, pull.repository)}/issues/${pull.number}`
export const pullPage = (world: World, pull: Pull): string =>
  `${repositoryPage(world, pull.repository)}/pull/${pull.number}`

const side = (
  world: World,
  repository: Repository | null,
  ref: string,
  sha: string,
): Record<string, unknown> => ({
  label: `${repository?.owner.login ?? 'unknown'}:${ref}`,
  ref,
  sha,
  user: repository === null ? null : viewAccount(world, repository.owner),
  repo: repository === null ? null : viewRepository(world, repository),
})

/** A pull request in a list. Strict: exactly what the payload of a review may say about it. */
export function viewSimplePull(world: World, pull: Pull, teams = viewHookTeam): Record<string, unknown> {
  const { repository } = pull
  const url = pullUrl(world, pull)
  const page = pullPage(world, pull)
  const links = {
    self: url,
    html: page,
    issue: issueUrl(world, pull),
    comments: `${issueUrl(world, pull)}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryUrl(world, repository)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repositoryUrl(world, repository)}/statuses/${pull.headSha}`,
  }
  return {
    url,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: viewAccount(world, pull.user),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedUsers.map((account) => viewAccount(world, account)),
    requested_teams: pull.requestedTeams.map((team) => teams(world, team)),
    labels: pull.labels.map((label) => viewLabel(world, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: side(world, pull.headRepository, pull.headRef, pull.headSha),
    base: side(world, repository, pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: associationOf(pull.user, repository),
    auto_merge: null,
    active_lock_reason: null,
  }
}

export const viewListedPull = (world: World, pull: Pull): Record<string, unknown> =>
  viewSimplePull(world, pull, viewTeam)

/** A pull request by itself, with what git has to say about it. */
export async function viewPull(
  world: World,
  pull: Pull,
  teams = viewHookTeam,
): Promise<Record<string, unknown>> {
  const { mergeable, state } = await judgeMergeability(world, pull)
  const { commits, changes } = await comparedCommits(pull)
  return {
    ...viewSimplePull(world, pull, teams),
    merged: pull.mergedAt !== null,
    mergeable: pull.state === 'open' ? mergeable : null,
    rebaseable: pull.state === 'open' ? mergeable : null,
    mergeable_state: state,
    merged_by: pull.mergedBy === null ? null : viewAccount(world, pull.mergedBy),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commits.length,
    additions: changes.reduce((sum, change) => sum + change.additions, 0),
    deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
    changed_files: changes.length,
  }
}

export const viewFullPull = (world: World, pull: Pull): Promise<Record<string, unknown>> =>
  viewPull(world, pull, viewTeam)

export function viewReactions(url: string, reactions: readonly Reaction[]): Record<string, unknown> {
  const count = (content: string): number =>
    reactions.filter((reaction) => reaction.content === content).length
  const kinds = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes']
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(kinds.map((kind) => [kind, count(kind)])),
  }
}

export const viewReaction = (world: World, reaction: Reaction): Record<string, unknown> => ({
  id: reaction.id,
  node_id: reaction.nodeId,
  user: viewAccount(world, reaction.user),
  content: reaction.content,
  created_at: reaction.createdAt,
})

export function viewComment(world: World, comment: Comment): Record<string, unknown> {
  const { pull } = comment
  const url = `${repositoryUrl(world, pull.repository)}/issues/comments/${comment.id}`
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url,
    html_url: `${pullPage(world, pull)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(world, pull),
    user: viewAccount(world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(comment.user, pull.repository),
    body: comment.body,
    reactions: viewReactions(url, comment.reactions),
    performed_via_github_app: comment.app === null ? null : viewApp(world, comment.app),
  }
}

/** The issue behind a pull request. Strict: exactly what an `issue_comment` payload may say. */
export function viewIssue(world: World, pull: Pull): Record<string, unknown> {
  const url = issueUrl(world, pull)
  return {
    url,
    repository_url: repositoryUrl(world, pull.repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: pullPage(world, pull),
    id: pull.issueId,
    node_id: `I_${pull.issueId}`,
    number: pull.number,
    title: pull.title,
    user: viewAccount(world, pull.user),
    labels: pull.labels.map((label) => viewLabel(world, pull.repository, label)),
    state: pull.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: pull.comments.length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    author_association: associationOf(pull.user, pull.repository),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: pullUrl(world, pull),
      html_url: pullPage(world, pull),
      diff_url: `${pullPage(world, pull)}.diff`,
      patch_url: `${pullPage(world, pull)}.patch`,
      merged_at: pull.mergedAt,
    },
    body: pull.body,
    reactions: viewReactions(url, []),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  }
}

export function viewReview(world: World, review: Review): Record<string, unknown> {
  const page = `${pullPage(world, review.pull)}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: review.nodeId,
    user: viewAccount(world, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl(world, review.pull),
    author_association: associationOf(review.user, review.pull.repository),
    _links: { html: { href: page }, pull_request: { href: pullUrl(world, review.pull) } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  }
}
