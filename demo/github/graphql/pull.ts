import { comparedCommits, judgeMergeability } from '../operations/mergeability.ts'
import { countedOpinions, opinions, reviewDecision } from '../rules/merge-gate.ts'
import type { Account, Comment, Pull, Review, Team } from '../world/model.ts'
import { associationOf } from '../world/people.ts'
import { connection, type PageArguments } from './connection.ts'
import { stateOf } from './select-pulls.ts'
import type { Context, Thing } from './thing.ts'

const isViewer = (context: Context, account: Account): boolean =>
  context.actor.kind === 'person'
    ? context.actor.account === account
    : context.actor.kind === 'installation' && context.actor.installation.app.bot === account

const paragraphs = (text: string): string => `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`

export function commentThing(context: Context, comment: Comment): Thing {
  const path = `/${comment.pull.repository.fullName}/pull/${comment.pull.number}#issuecomment-${comment.id}`
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    author: () => context.things.account(context, comment.user),
    authorAssociation: associationOf(comment.user, comment.pull.repository),
    body: comment.body,
    bodyText: comment.body,
    bodyHTML: paragraphs(comment.body),
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    publishedAt: comment.createdAt,
    lastEditedAt: comment.lastEditedAt,
    includesCreatedEdit: comment.lastEditedAt !== null,
    editor: comment.lastEditedAt === null ? null : context.things.account(context, comment.user),
    isMinimized: comment.minimized !== null,
    minimizedReason: comment.minimized,
    viewerDidAuthor: isViewer(context, comment.user),
    viewerCanMinimize: true,
    url: context.world.origin + path,
    resourcePath: path,
    pullRequest: () => pullThing(context, comment.pull),
    repository: () => context.things.repository(context, comment.pull.repository),
    reactions: (args: PageArguments & { content?: string | null }) =>
      connection('ReactionConnection', args, comment.reactions, (reaction) => ({
        __typename: 'Reaction',
        id: reaction.nodeId,
        databaseId: reaction.id,
        content: {
          '+1': 'THUMBS_UP',
          '-1': 'THUMBS_DOWN',
          laugh: 'LAUGH',
          confused: 'CONFUSED',
          heart: 'HEART',
          hooray: 'HOORAY',
          rocket: 'ROCKET',
          eyes: 'EYES',
        }[reaction.content],
        createdAt: reaction.createdAt,
        user: context.things.account(context, reaction.user),
      })),
  }
}

export function reviewThing(context: Context, review: Review): Thing {
  const { repository, number } = review.pull
  const path = `/${repository.fullName}/pull/${number}#pullrequestreview-${review.id}`
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    author: () => context.things.account(context, review.user),
    authorAssociation: associationOf(review.user, repository),
    authorCanPushToRepository: countedOpinions(context.world, review.pull).includes(review),
    state: review.state,
    body: review.body,
    bodyText: review.body,
    createdAt: review.submittedAt ?? review.updatedAt,
    submittedAt: review.submittedAt,
    publishedAt: review.submittedAt,
    updatedAt: review.updatedAt,
    lastEditedAt: review.lastEditedAt,
    editor: () => (review.editor === null ? null : context.things.account(context, review.editor)),
    viewerDidAuthor: isViewer(context, review.user),
    url: context.world.origin + path,
    resourcePath: path,
    commit: async () =>
      context.things.commit(context, repository, await repository.git.commit(review.commitId)),
    pullRequest: () => pullThing(context, review.pull),
    repository: () => context.things.repository(context, repository),
    onBehalfOf: (args: PageArguments) =>
      connection<Team>('TeamConnection', args, [], (team) => context.things.team(context, team)),
    comments: (args: PageArguments) =>
      connection<never>('PullRequestReviewCommentConnection', args, [], (none) => none),
  }
}

/** The last review of each person, whatever it says. */
function latestReviews(pull: Pull): Review[] {
  const latest = new Map<number, Review>()
  for (const review of pull.reviews) if (review.state !== 'PENDING') latest.set(review.user.id, review)
  return [...latest.values()]
}

function pullReviews(context: Context, pull: Pull): Record<string, unknown> {
  return {
    reviewDecision: () => reviewDecision(context.world, pull),
    reviews: (args: PageArguments & { states?: readonly string[] | null; author?: string | null }) => {
      const reviews = pull.reviews.filter(
        (review) =>
          (args.states?.includes(review.state) ?? true) &&
          (args.author == null || review.user.login.toLowerCase() === args.author.toLowerCase()),
      )
      return connection('PullRequestReviewConnection', args, reviews, (review) =>
        reviewThing(context, review),
      )
    },
    latestReviews: (args: PageArguments) =>
      connection('PullRequestReviewConnection', args, latestReviews(pull), (review) =>
        reviewThing(context, review),
      ),
    latestOpinionatedReviews: (args: PageArguments & { writersOnly?: boolean | null }) => {
      const reviews = args.writersOnly === true ? countedOpinions(context.world, pull) : opinions(pull)
      return connection('PullRequestReviewConnection', args, reviews, (review) =>
        reviewThing(context, review),
      )
    },
    reviewRequests: (args: PageArguments) =>
      connection(
        'ReviewRequestConnection',
        args,
        [...pull.requestedUsers, ...pull.requestedTeams],
        (reviewer) => ({
          __typename: 'ReviewRequest',
          id: `RR_${pull.id}_${reviewer.id}`,
          databaseId: reviewer.id,
          asCodeOwner: false,
          pullRequest: () => pullThing(context, pull),
          requestedReviewer:
            'slug' in reviewer
              ? context.things.team(context, reviewer)
              : context.things.account(context, reviewer),
        }),
      ),
  }
}

const changeTypes = { added: 'ADDED', removed: 'DELETED', modified: 'MODIFIED', renamed: 'RENAMED' } as const

function pullContent(context: Context, pull: Pull): Record<string, unknown> {
  const { repository } = pull
  const sum = async (key: 'additions' | 'deletions'): Promise<number> =>
    (await comparedCommits(pull)).changes.reduce((total, change) => total + change[key], 0)
  return {
    changedFiles: async () => (await comparedCommits(pull)).changes.length,
    additions: () => sum('additions'),
    deletions: () => sum('deletions'),
    files: async (args: PageArguments) => {
      const { changes } = await comparedCommits(pull)
      return connection('PullRequestChangedFileConnection', args, changes.slice(0, 3000), (change) => ({
        __typename: 'PullRequestChangedFile',
        path: change.path,
        additions: change.additions,
        deletions: change.deletions,
        changeType: changeTypes[change.status],
        viewerViewedState: 'UNVIEWED',
      }))
    },
    commits: async (args: PageArguments) => {
      const { commits: ids } = await comparedCommits(pull)
      const commits = await repository.git.commits(ids.slice(0, 250))
      return {
        ...connection('PullRequestCommitConnection', args, commits, (commit) => ({
          __typename: 'PullRequestCommit',
          id: `PRC_${pull.id}_${commit.sha}`,
          url: `${context.world.origin}/${repository.fullName}/pull/${pull.number}/commits/${commit.sha}`,
          resourcePath: `/${repository.fullName}/pull/${pull.number}/commits/${commit.sha}`,
          commit: () => context.things.commit(context, repository, commit),
          pullRequest: () => pullThing(context, pull),
        })),
        totalCount: ids.length,
      }
    },
  }
}

const mergeStates = {
  clean: 'CLEAN',
  dirty: 'DIRTY',
  draft: 'DRAFT',
  blocked: 'BLOCKED',
  behind: 'BEHIND',
  unstable: 'UNSTABLE',
  unknown: 'UNKNOWN',
} as const

function pullMerge(context: Context, pull: Pull): Record<string, unknown> {
  const { repository } = pull
  const { world } = context
  return {
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy:
      pull.mergedBy === null ? null : () => context.things.account(context, pull.mergedBy ?? pull.user),
    mergeable: async () =>
      pull.state === 'closed'
        ? 'UNKNOWN'
        : (await judgeMergeability(world, pull)).mergeable
          ? 'MERGEABLE'
          : 'CONFLICTING',
    mergeStateStatus: async () => mergeStates[(await judgeMergeability(world, pull)).state],
    mergeCommit: async () =>
      pull.mergedAt === null || pull.mergeCommitSha === null
        ? null
        : context.things.commit(context, repository, await repository.git.commit(pull.mergeCommitSha)),
    potentialMergeCommit: async () => {
      await judgeMergeability(world, pull)
      return pull.mergedAt !== null || pull.mergeCommitSha === null
        ? null
        : context.things.commit(context, repository, await repository.git.commit(pull.mergeCommitSha))
    },
    autoMergeRequest: null,
    isInMergeQueue: false,
    canBeRebased: async () => (await judgeMergeability(world, pull)).mergeable,
  }
}

export function pullThing(context: Context, pull: Pull): Thing {
  const { repository } = pull
  const path = `/${repository.fullName}/pull/${pull.number}`
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    titleHTML: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    bodyHTML: paragraphs(pull.body ?? ''),
    state: stateOf(pull),
    closed: pull.state === 'closed',
    closedAt: pull.closedAt,
    createdAt: pull.createdAt,
    publishedAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    lastEditedAt: null,
    isDraft: pull.draft,
    locked: false,
    url: context.world.origin + path,
    resourcePath: path,
    permalink: context.world.origin + path,
    author: () => context.things.account(context, pull.user),
    authorAssociation: associationOf(pull.user, repository),
    viewerDidAuthor: isViewer(context, pull.user),
    repository: () => context.things.repository(context, repository),
    baseRepository: () => context.things.repository(context, repository),
    headRepository: () =>
      pull.headRepository === null ? null : context.things.repository(context, pull.headRepository),
    headRepositoryOwner: () =>
      pull.headRepository === null ? null : context.things.account(context, pull.headRepository.owner),
    isCrossRepository: pull.headRepository !== repository,
    maintainerCanModify: pull.maintainerCanModify,
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRef: () => context.things.ref(context, repository, `refs/heads/${pull.baseRef}`),
    headRef: () =>
      pull.headRepository === null
        ? null
        : context.things.ref(context, pull.headRepository, `refs/heads/${pull.headRef}`),
    ...pullMerge(context, pull),
    ...pullContent(context, pull),
    ...pullReviews(context, pull),
    labels: (args: PageArguments) =>
      connection('LabelConnection', args, pull.labels, (label) =>
        context.things.label(context, repository, label),
      ),
    assignees: (args: PageArguments) =>
      connection<Account>('UserConnection', args, [], (account) => context.things.account(context, account)),
    comments: (args: PageArguments) =>
      connection('IssueCommentConnection', args, pull.comments, (comment) => commentThing(context, comment)),
    timelineItems: (args: PageArguments & { itemTypes?: readonly string[] | null }) => {
      const types = args.itemTypes?.map((type) => type.toLowerCase().replaceAll('_', ''))
      const events = pull.timeline.filter((event) => types?.includes(event.type.toLowerCase()) ?? true)
      return connection(
        'PullRequestTimelineItemsConnection',
        args,
        events,
        (event) => context.things.timeline(context, pull, event),
        {
          fields: { updatedAt: pull.updatedAt, filteredCount: events.length, pageCount: events.length },
        },
      )
    },
  }
}
