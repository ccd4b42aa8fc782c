import type { Services } from '../services.ts'
import type { Account, Pull, Review, ReviewState } from '../world/model.ts'
import { invalid, Refusal } from '../world/refusal.ts'
import { announceReview, recordEvent } from './announce.ts'

export interface NewReview {
  /** Absent: the review is pending until it is submitted, and nobody hears of it. */
  readonly event?: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT' | undefined
  readonly body?: string | undefined
  /** The head, when absent. */
  readonly commitId?: string | undefined
}

const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const

/** A review of a pull request. Throws GitHub's 422 for an approval of one's own, or a review without words that needs some. */
export async function submitReview(
  services: Services,
  pull: Pull,
  user: Account,
  wanted: NewReview,
): Promise<Review> {
  const { world } = services
  const body = wanted.body ?? ''
  if (wanted.event !== undefined && wanted.event !== 'COMMENT' && user === pull.user)
    throw invalid(
      'Unprocessable Entity',
      wanted.event === 'APPROVE'
        ? ['Can not approve your own pull request']
        : ['Can not request changes on your own pull request'],
    )
  if (body === '' && (wanted.event === 'COMMENT' || wanted.event === 'REQUEST_CHANGES'))
    throw invalid('Unprocessable Entity', ['Body is required for this review'])
  if (body.length > 65_536)
    throw invalid('Unprocessable Entity', ['Body is too long (maximum is 65536 characters)'])
  const commitId = wanted.commitId ?? pull.headSha
  if ((await pull.repository.git.resolve(commitId)) !== commitId)
    throw invalid('Unprocessable Entity', ['The commit_id is not part of the pull request'])
  const state: ReviewState = wanted.event === undefined ? 'PENDING' : states[wanted.event]
  const now = world.now()
  const review = world.create('PullRequestReview', (identity): Review => ({
    ...identity,
    pull,
    user,
    state,
    body,
    commitId,
    submittedAt: state === 'PENDING' ? null : now,
    updatedAt: now,
    lastEditedAt: null,
    editor: null,
  }))
  pull.reviews.push(review)
  if (state === 'PENDING') return review
  const requested = pull.requestedUsers.indexOf(user)
  if (requested !== -1) pull.requestedUsers.splice(requested, 1)
  recordEvent(world, pull, { type: 'PullRequestReview', review })
  announceReview(services, review, 'submitted', user)
  return review
}

/** Takes the opinion out of a review. Only approvals and requests for changes have one. */
export function dismissReview(
  services: Services,
  review: Review,
  actor: Account,
  message: string | null,
): void {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
    throw new Refusal(422, 'Unprocessable Entity', ['Can not dismiss a commented pull request review'])
  const previous = review.state
  review.state = 'DISMISSED'
  review.updatedAt = services.world.now()
  recordEvent(services.world, review.pull, { type: 'ReviewDismissedEvent', actor, review, previous, message })
  announceReview(services, review, 'dismissed', actor)
}

export function editReview(services: Services, review: Review, actor: Account, body: string): void {
  const before = review.body
  review.body = body
  review.updatedAt = services.world.now()
  review.lastEditedAt = review.updatedAt
  review.editor = actor
  announceReview(services, review, 'edited', actor, { changes: { body: { from: before } } })
}
