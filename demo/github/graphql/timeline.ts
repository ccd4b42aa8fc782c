import type { Pull, TimelineEvent } from '../world/model.ts'
import type { Context, Thing } from './thing.ts'

/** One item of a pull request's timeline. */
export function timelineThings(context: Context, pull: Pull, event: TimelineEvent): Thing {
  const { repository } = pull
  const commit = (sha: string) => async (): Promise<Thing> =>
    context.things.commit(context, repository, await repository.git.commit(sha))
  if (event.type === 'IssueComment') return context.things.comment(context, event.comment)
  if (event.type === 'PullRequestReview') return context.things.review(context, event.review)
  const path = `/${repository.fullName}/pull/${pull.number}`
  const common = {
    __typename: event.type,
    id: event.nodeId,
    createdAt: event.at,
    pullRequest: () => context.things.pull(context, pull),
    url: `${context.world.origin}${path}#event-${event.id}`,
    resourcePath: `${path}#event-${event.id}`,
  }
  if (event.type === 'PullRequestCommit') return { ...common, commit: commit(event.sha) }
  const acted = { ...common, actor: () => context.things.account(context, event.actor) }
  switch (event.type) {
    case 'HeadRefForcePushedEvent':
      return {
        ...acted,
        beforeCommit: commit(event.before),
        afterCommit: commit(event.after),
        ref: () =>
          context.things.ref(context, pull.headRepository ?? repository, `refs/heads/${pull.headRef}`),
      }
    case 'ReviewDismissedEvent':
      return {
        ...acted,
        databaseId: event.id,
        dismissalMessage: event.message,
        previousReviewState: event.previous,
        review: () => context.things.review(context, event.review),
        pullRequestCommit: null,
      }
    case 'BaseRefChangedEvent':
      return { ...acted, databaseId: event.id, previousRefName: event.before, currentRefName: event.after }
    case 'ReviewRequestedEvent':
    case 'ReviewRequestRemovedEvent':
      return {
        ...acted,
        requestedReviewer:
          'slug' in event.reviewer
            ? context.things.team(context, event.reviewer)
            : context.things.account(context, event.reviewer),
      }
    case 'MergedEvent':
      return {
        ...acted,
        commit: commit(event.commit),
        mergeRefName: event.base,
        mergeRef: () => context.things.ref(context, repository, `refs/heads/${event.base}`),
      }
    case 'LabeledEvent':
    case 'UnlabeledEvent':
      return { ...acted, label: () => context.things.label(context, repository, event.label) }
    case 'RenamedTitleEvent':
      return { ...acted, previousTitle: event.before, currentTitle: event.after }
    case 'ClosedEvent':
      return { ...acted, stateReason: null, closer: null, closable: () => context.things.pull(context, pull) }
    case 'ReopenedEvent':
      return { ...acted, stateReason: null, closable: () => context.things.pull(context, pull) }
    case 'ReadyForReviewEvent':
    case 'ConvertToDraftEvent':
      return acted
  }
}
