import type { Services } from '../services.ts'
import { viewPull, viewSimplePull, viewReview, viewComment, viewIssue } from '../views/pulls.ts'
import type { Account, Comment, NewTimelineEvent, Pull, Review, TimelineEvent } from '../world/model.ts'
import type { World } from '../world/world.ts'

/** Adds to the timeline of a pull request, and counts as an update of it. */
export function recordEvent(world: World, pull: Pull, event: NewTimelineEvent): void {
  world.create('TimelineItem', (identity) => {
    const item = { ...identity, at: world.now(), ...event } as TimelineEvent
    pull.timeline.push(item)
    return item
  })
  pull.updatedAt = world.now()
}

/** A `pull_request` event. */
export async function announcePull(
  { world, webhooks }: Services,
  pull: Pull,
  action: string,
  sender: Account,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const payload = { number: pull.number, pull_request: await viewPull(world, pull), ...extra }
  webhooks.send({ event: 'pull_request', action, payload, sender, repository: pull.repository })
}

/** A `pull_request_review` event. */
export function announceReview(
  { world, webhooks }: Services,
  review: Review,
  action: 'submitted' | 'edited' | 'dismissed',
  sender: Account,
  extra: Record<string, unknown> = {},
): void {
  const view = {
    ...viewReview(world, review),
    state: review.state.toLowerCase(),
    submitted_at: review.submittedAt,
  }
  const payload = { review: view, pull_request: viewSimplePull(world, review.pull), ...extra }
  webhooks.send({ event: 'pull_request_review', action, payload, sender, repository: review.pull.repository })
}

/** An `issue_comment` event. */
export function announceComment(
  { world, webhooks }: Services,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
  sender: Account,
  extra: Record<string, unknown> = {},
): void {
  const payload = { issue: viewIssue(world, comment.pull), comment: viewComment(world, comment), ...extra }
  webhooks.send({ event: 'issue_comment', action, payload, sender, repository: comment.pull.repository })
}
