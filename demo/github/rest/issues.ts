import { addComment, addReaction, deleteComment, editComment } from '../operations/comment.ts'
import { addLabels, removeLabel } from '../operations/change-pull.ts'
import { viewComment, viewLabel, viewReaction } from '../views/pulls.ts'
import type { Comment, Reaction, Repository } from '../world/model.ts'
import { accountOf, appOf, atLeast, roleOf } from '../world/people.ts'
import { forbidden, notFound } from '../world/refusal.ts'
import { pullOf } from './pulls.ts'
import { created, listed, noContent, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: ['issues:read', 'pull_requests:read'], role: 'read' } as const
const write = { app: ['issues:write', 'pull_requests:write'], role: 'read' } as const
const triage = { ...write, role: 'triage' } as const
const issue = '/repos/{owner}/{repo}/issues/{issue_number}'
const comment = '/repos/{owner}/{repo}/issues/comments/{comment_id}'

const allComments = (repository: Repository): Comment[] =>
  [...repository.pulls.values()].flatMap((pull) => pull.comments).sort((left, right) => left.id - right.id)

function commentOf(call: RepositoryCall): Comment {
  const found = allComments(call.repository).find((each) => each.id === Number(call.params.comment_id))
  if (found === undefined) throw notFound()
  return found
}

/** One's own, or anybody's with write permission; an App only its own or with write permission on issues, which it has here. */
function demandOwn(call: RepositoryCall, found: Comment): void {
  const { actor } = call
  if (
    actor.kind === 'person' &&
    actor.account !== found.user &&
    !atLeast(roleOf(actor.account, call.repository), 'write')
  )
    throw forbidden(`Must have write access to ${call.repository.fullName}.`)
}

const since = (call: Call, comments: readonly Comment[]): Comment[] =>
  comments.filter(
    (each) => call.query.since === undefined || Date.parse(each.updatedAt) >= Date.parse(call.query.since),
  )

const commentRoutes = [
  repositoryRoute('GET', `${issue}/comments`, read, (call) =>
    listed(call, since(call, pullOf(call).comments), (each) => viewComment(call.world, each)),
  ),
  repositoryRoute('POST', `${issue}/comments`, write, (call) => {
    const app = appOf(call.actor)
    return created(
      viewComment(
        call.world,
        addComment(call, pullOf(call), accountOf(call.actor), call.body.body as string, app),
      ),
    )
  }),
  repositoryRoute('GET', '/repos/{owner}/{repo}/issues/comments', read, (call) =>
    listed(call, since(call, allComments(call.repository)), (each) => viewComment(call.world, each)),
  ),
  repositoryRoute('GET', comment, read, (call) => ok(viewComment(call.world, commentOf(call)))),
  repositoryRoute('PATCH', comment, write, (call) => {
    const found = commentOf(call)
    demandOwn(call, found)
    editComment(call, found, accountOf(call.actor), call.body.body as string)
    return ok(viewComment(call.world, found))
  }),
  repositoryRoute('DELETE', comment, write, (call) => {
    const found = commentOf(call)
    demandOwn(call, found)
    deleteComment(call, found, accountOf(call.actor))
    return noContent()
  }),
]

/** Reactions live on comments and, kept beside it, on the pull request itself. */
const onPulls = new WeakMap<object, Reaction[]>()
function reactionsOf(call: RepositoryCall): Reaction[] {
  if (call.params.comment_id !== undefined) return commentOf(call).reactions
  const pull = pullOf(call)
  const known = onPulls.get(pull) ?? []
  onPulls.set(pull, known)
  return known
}

const reactionRoutes = [comment, issue].flatMap((path) => [
  repositoryRoute('GET', `${path}/reactions`, read, (call) => {
    const { content } = call.query
    const found = reactionsOf(call).filter((each) => content === undefined || each.content === content)
    return listed(call, found, (each) => viewReaction(call.world, each))
  }),
  repositoryRoute('POST', `${path}/reactions`, write, (call) => {
    const content = call.body.content as Reaction['content']
    const { reaction, isNew } = addReaction(call, reactionsOf(call), accountOf(call.actor), content)
    return { status: isNew ? 201 : 200, body: viewReaction(call.world, reaction) }
  }),
  repositoryRoute('DELETE', `${path}/reactions/{reaction_id}`, write, (call) => {
    const reactions = reactionsOf(call)
    const at = reactions.findIndex((each) => each.id === Number(call.params.reaction_id))
    const found = reactions[at]
    if (found === undefined) throw notFound()
    if (found.user !== accountOf(call.actor)) throw forbidden('You can only delete your own reactions.')
    reactions.splice(at, 1)
    return noContent()
  }),
])

const labelRoutes = [
  repositoryRoute('GET', `${issue}/labels`, read, (call) =>
    listed(call, pullOf(call).labels, (label) => viewLabel(call.world, call.repository, label)),
  ),
  repositoryRoute('POST', `${issue}/labels`, triage, async (call) => {
    const wanted = (call.body.labels ?? []) as (string | { name: string })[]
    const pull = pullOf(call)
    await addLabels(
      call,
      pull,
      accountOf(call.actor),
      wanted.map((label) => (typeof label === 'string' ? label : label.name)),
    )
    return ok(pull.labels.map((label) => viewLabel(call.world, call.repository, label)))
  }),
  repositoryRoute('DELETE', `${issue}/labels/{name}`, triage, async (call) => {
    const pull = pullOf(call)
    await removeLabel(call, pull, accountOf(call.actor), call.params.name ?? '')
    return ok(pull.labels.map((label) => viewLabel(call.world, call.repository, label)))
  }),
]

export const issues: readonly Route[] = [...commentRoutes, ...reactionRoutes, ...labelRoutes]
