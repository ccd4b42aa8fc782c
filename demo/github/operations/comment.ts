import type { Services } from '../services.ts'
import type { Account, App, Comment, Pull, Reaction } from '../world/model.ts'
import { invalidField } from '../world/refusal.ts'
import { announceComment, recordEvent } from './announce.ts'

function checkBody(body: string): void {
  if (body.trim() === '') throw invalidField('IssueComment', 'body', 'missing_field', 'body cannot be blank')
  // GitHub counts characters, not bytes or UTF-16 units
  if ([...body].length > 65_536)
    throw invalidField(
      'IssueComment',
      'body',
      'unprocessable',
      'Body is too long (maximum is 65536 characters)',
    )
}

/** Comments on a pull request. Throws GitHub's 422 when empty or above 65,536 characters. */
export function addComment(
  services: Services,
  pull: Pull,
  user: Account,
  body: string,
  app: App | null = null,
): Comment {
  checkBody(body)
  const { world } = services
  const now = world.now()
  const comment = world.create('IssueComment', (identity): Comment => ({
    ...identity,
    pull,
    user,
    app,
    body,
    createdAt: now,
    updatedAt: now,
    lastEditedAt: null,
    minimized: null,
    reactions: [],
  }))
  pull.comments.push(comment)
  recordEvent(world, pull, { type: 'IssueComment', comment })
  announceComment(services, comment, 'created', user)
  return comment
}

export function editComment(services: Services, comment: Comment, actor: Account, body: string): void {
  checkBody(body)
  const from = comment.body
  if (from === body) return
  comment.body = body
  comment.updatedAt = services.world.now()
  comment.lastEditedAt = comment.updatedAt
  announceComment(services, comment, 'edited', actor, { changes: { body: { from } } })
}

export function deleteComment(services: Services, comment: Comment, actor: Account): void {
  const { comments, timeline } = comment.pull
  comments.splice(comments.indexOf(comment), 1)
  const at = timeline.findIndex((event) => event.type === 'IssueComment' && event.comment === comment)
  timeline.splice(at, 1)
  services.world.nodes.delete(comment.nodeId)
  announceComment(services, comment, 'deleted', actor)
}

/** One reaction of each kind and person: the same again returns the first. */
export function addReaction(
  services: Services,
  reactions: Reaction[],
  user: Account,
  content: Reaction['content'],
): { reaction: Reaction; isNew: boolean } {
  const known = reactions.find((reaction) => reaction.user === user && reaction.content === content)
  if (known !== undefined) return { reaction: known, isNew: false }
  const { world } = services
  const reaction = world.create('Reaction', (identity): Reaction => ({
    ...identity,
    user,
    content,
    createdAt: world.now(),
  }))
  reactions.push(reaction)
  return { reaction, isNew: true }
}
