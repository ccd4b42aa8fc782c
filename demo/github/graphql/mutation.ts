import { setDraft } from '../operations/change-pull.ts'
import { dismissReview, submitReview } from '../operations/review-pull.ts'
import { addComment, deleteComment, editComment } from '../operations/comment.ts'
import type { Comment, Pull, Review } from '../world/model.ts'
import { accountOf, appOf } from '../world/people.ts'
import type { NodeType } from '../world/world.ts'
import { commentThing, pullThing, reviewThing } from './pull.ts'
import { demand, inGraphqlWords, unresolved, type Context, type Thing } from './thing.ts'

interface Input {
  readonly clientMutationId?: string | null
}

function find<Value>(context: Context, type: NodeType, id: string): Value {
  const node = context.world.nodes.get(id)
  if (node?.type !== type) throw unresolved(`a node with the global id of '${id}'`)
  return node.value as Value
}

const answer = (typename: string, input: Input, fields: Record<string, unknown>): Thing => ({
  __typename: typename,
  clientMutationId: input.clientMutationId ?? null,
  ...fields,
})

const reasons: Readonly<Record<string, string>> = {
  ABUSE: 'abuse',
  DUPLICATE: 'duplicate',
  LOW_QUALITY: 'low-quality',
  OFF_TOPIC: 'off-topic',
  OUTDATED: 'outdated',
  RESOLVED: 'resolved',
  SPAM: 'spam',
}
const talk = ['issues:write', 'pull_requests:write'] as const

/** The root of every mutation. */
export function mutationThing(context: Context): Thing {
  const self = (): ReturnType<typeof accountOf> => accountOf(context.actor)
  const draft =
    (typename: string, wanted: boolean) =>
    ({ input }: { input: Input & { pullRequestId: string } }) =>
      inGraphqlWords(async () => {
        const pull = find<Pull>(context, 'PullRequest', input.pullRequestId)
        demand(context, pull.repository, 'pull_requests:write', 'write')
        await setDraft(context, pull, self(), wanted)
        return answer(typename, input, { pullRequest: pullThing(context, pull) })
      })
  const minimize =
    (typename: string) =>
    ({ input }: { input: Input & { subjectId: string; classifier?: string } }) =>
      inGraphqlWords(() => {
        const comment = find<Comment>(context, 'IssueComment', input.subjectId)
        demand(context, comment.pull.repository, talk, 'write')
        comment.minimized = input.classifier === undefined ? null : (reasons[input.classifier] ?? null)
        return answer(typename, input, {
          [typename.startsWith('Un') ? 'unminimizedComment' : 'minimizedComment']: commentThing(
            context,
            comment,
          ),
        })
      })
  return {
    __typename: 'Mutation',
    markPullRequestReadyForReview: draft('MarkPullRequestReadyForReviewPayload', false),
    convertPullRequestToDraft: draft('ConvertPullRequestToDraftPayload', true),
    minimizeComment: minimize('MinimizeCommentPayload'),
    unminimizeComment: minimize('UnminimizeCommentPayload'),
    ...commentMutations(context),
    ...reviewMutations(context),
  }
}

function commentMutations(context: Context): Record<string, unknown> {
  return {
    addComment: ({ input }: { input: Input & { subjectId: string; body: string } }) =>
      inGraphqlWords(() => {
        const pull = find<Pull>(context, 'PullRequest', input.subjectId)
        demand(context, pull.repository, talk)
        const author = accountOf(context.actor)
        const comment = addComment(context, pull, author, input.body, appOf(context.actor))
        const thing = commentThing(context, comment)
        return answer('AddCommentPayload', input, {
          subject: pullThing(context, pull),
          commentEdge: { __typename: 'IssueCommentEdge', cursor: '', node: thing },
          timelineEdge: { __typename: 'IssueTimelineItemEdge', cursor: '', node: thing },
        })
      }),
    updateIssueComment: ({ input }: { input: Input & { id: string; body: string } }) =>
      inGraphqlWords(() => {
        const comment = find<Comment>(context, 'IssueComment', input.id)
        const own = comment.user === accountOf(context.actor)
        demand(context, comment.pull.repository, talk, own ? 'read' : 'write')
        editComment(context, comment, accountOf(context.actor), input.body)
        return answer('UpdateIssueCommentPayload', input, { issueComment: commentThing(context, comment) })
      }),
    deleteIssueComment: ({ input }: { input: Input & { id: string } }) =>
      inGraphqlWords(() => {
        const comment = find<Comment>(context, 'IssueComment', input.id)
        const own = comment.user === accountOf(context.actor)
        demand(context, comment.pull.repository, talk, own ? 'read' : 'write')
        deleteComment(context, comment, accountOf(context.actor))
        return answer('DeleteIssueCommentPayload', input, {})
      }),
  }
}

function reviewMutations(context: Context): Record<string, unknown> {
  return {
    addPullRequestReview: ({
      input,
    }: {
      input: Input & {
        pullRequestId: string
        event?: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'
        body?: string
        commitOID?: string
      }
    }) =>
      inGraphqlWords(async () => {
        const pull = find<Pull>(context, 'PullRequest', input.pullRequestId)
        demand(context, pull.repository, 'pull_requests:write')
        const { event, body, commitOID: commitId } = input
        const review = await submitReview(context, pull, accountOf(context.actor), { event, body, commitId })
        const thing = reviewThing(context, review)
        return answer('AddPullRequestReviewPayload', input, {
          pullRequestReview: thing,
          reviewEdge: { __typename: 'PullRequestReviewEdge', cursor: '', node: thing },
        })
      }),
    dismissPullRequestReview: ({
      input,
    }: {
      input: Input & { pullRequestReviewId: string; message: string }
    }) =>
      inGraphqlWords(() => {
        const review = find<Review>(context, 'PullRequestReview', input.pullRequestReviewId)
        demand(context, review.pull.repository, 'pull_requests:write', 'write')
        dismissReview(context, review, accountOf(context.actor), input.message)
        return answer('DismissPullRequestReviewPayload', input, {
          pullRequestReview: reviewThing(context, review),
        })
      }),
  }
}
