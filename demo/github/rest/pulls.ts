import { changePull, requestReviews, withdrawRequests } from '../operations/change-pull.ts'
import { mergePull, type WantedMerge } from '../operations/merge-pull.ts'
import { comparedCommits, emptyTree } from '../operations/mergeability.ts'
import { openPull } from '../operations/open-pull.ts'
import { dismissReview, editReview, submitReview } from '../operations/review-pull.ts'
import { updateBranch } from '../operations/update-branch.ts'
import { viewAccount, viewTeam } from '../views/accounts.ts'
import { viewCommit, viewFiles } from '../views/commits.ts'
import { pullUrl, viewFullPull, viewListedPull, viewReview } from '../views/pulls.ts'
import type { Account, Organization, Pull, Repository, Review, Team } from '../world/model.ts'
import { accountOf, atLeast, roleOf } from '../world/people.ts'
import { forbidden, invalidField, notFound, Refusal } from '../world/refusal.ts'
import { created, listed, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'pull_requests:read', role: 'read' } as const
const write = { app: 'pull_requests:write', role: 'read' } as const
const base = '/repos/{owner}/{repo}/pulls'
const one = `${base}/{pull_number}`

export function pullOf(call: RepositoryCall): Pull {
  const pull = call.repository.pulls.get(Number(call.params.pull_number ?? call.params.issue_number))
  if (pull === undefined) throw notFound()
  return pull
}

const isAuthorOr = (call: Call, pull: Pull, role: 'triage' | 'write'): void => {
  const { actor } = call
  if (
    actor.kind === 'person' &&
    actor.account !== pull.user &&
    !atLeast(roleOf(actor.account, pull.repository), role)
  )
    throw forbidden(`Must have ${role} access to ${pull.repository.fullName}.`)
}

const sorts: Readonly<Record<string, (pull: Pull) => string | number>> = {
  created: (pull) => pull.number,
  updated: (pull) => pull.updatedAt,
  popularity: (pull) => pull.comments.length,
  'long-running': (pull) => pull.number,
}

const pullRoutes = [
  repositoryRoute('GET', base, read, (call) => {
    const {
      state = 'open',
      head,
      base: into,
      sort = 'created',
      direction = sort === 'created' ? 'desc' : 'asc',
    } = call.query
    const key = sorts[sort] ?? ((pull: Pull) => pull.number)
    const pulls = [...call.repository.pulls.values()]
      .filter((pull) => state === 'all' || pull.state === state)
      .filter(
        (pull) => head === undefined || `${pull.headRepository?.owner.login ?? ''}:${pull.headRef}` === head,
      )
      .filter((pull) => into === undefined || pull.baseRef === into)
      .sort((left, right) => (key(left) < key(right) ? -1 : 1))
    return listed(call, direction === 'desc' ? pulls.reverse() : pulls, (pull) =>
      viewListedPull(call.world, pull),
    )
  }),
  repositoryRoute('POST', base, write, async (call) => {
    const body = call.body as {
      title?: string
      head: string
      base: string
      body?: string
      draft?: boolean
      maintainer_can_modify?: boolean
    }
    if (body.title === undefined) throw invalidField('PullRequest', 'title', 'missing_field')
    const wanted = { ...body, title: body.title, maintainerCanModify: body.maintainer_can_modify }
    const pull = await openPull(call, call.repository, accountOf(call.actor), wanted)
    return created(await viewFullPull(call.world, pull))
  }),
  repositoryRoute('GET', one, read, async (call) => ok(await viewFullPull(call.world, pullOf(call)))),
  repositoryRoute('PATCH', one, write, async (call) => {
    const pull = pullOf(call)
    isAuthorOr(call, pull, 'write')
    await changePull(call, pull, accountOf(call.actor), call.body)
    return ok(await viewFullPull(call.world, pull))
  }),
  repositoryRoute('GET', `${one}/files`, read, async (call) => {
    const pull = pullOf(call)
    const { mergeBase } = await comparedCommits(pull)
    const files = await viewFiles(call.world, call.repository, mergeBase ?? emptyTree, pull.headSha)
    return listed(call, files, (file) => file)
  }),
  repositoryRoute('GET', `${one}/commits`, read, async (call) => {
    const { commits } = await comparedCommits(pullOf(call))
    const shown = await call.repository.git.commits(commits.slice(0, 250))
    return listed(call, shown, (commit) => viewCommit(call.world, call.repository, commit))
  }),
  repositoryRoute('GET', `${one}/merge`, read, (call) => {
    if (pullOf(call).mergedAt === null) throw notFound()
    return { status: 204 }
  }),
  repositoryRoute('PUT', `${one}/merge`, { app: 'contents:write', role: 'write' }, async (call) => {
    const {
      sha,
      merge_method: method,
      commit_title: title,
      commit_message: message,
    } = call.body as Record<string, string | undefined>
    const wanted: WantedMerge = { sha, method: method as WantedMerge['method'], title, message }
    const merged = await mergePull(call, pullOf(call), call.actor, wanted)
    return ok({ sha: merged, merged: true, message: 'Pull Request successfully merged' })
  }),
  repositoryRoute('PUT', `${one}/update-branch`, { app: 'contents:write', role: 'write' }, async (call) => {
    const pull = pullOf(call)
    await updateBranch(call, pull, call.actor, call.body.expected_head_sha as string | undefined)
    return { status: 202, body: { message: 'Updating pull request branch.', url: pullUrl(call.world, pull) } }
  }),
]

function reviewOf(call: RepositoryCall): Review {
  const review = pullOf(call).reviews.find((each) => each.id === Number(call.params.review_id))
  if (review === undefined) throw notFound()
  return review
}

type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'

const reviewRoutes = [
  repositoryRoute('GET', `${one}/reviews`, read, (call) =>
    listed(call, pullOf(call).reviews, (review) => viewReview(call.world, review)),
  ),
  repositoryRoute('POST', `${one}/reviews`, write, async (call) => {
    const {
      event,
      body,
      commit_id: commitId,
    } = call.body as { event?: ReviewEvent; body?: string; commit_id?: string }
    const review = await submitReview(call, pullOf(call), accountOf(call.actor), { event, body, commitId })
    return ok(viewReview(call.world, review))
  }),
  repositoryRoute('GET', `${one}/reviews/{review_id}`, read, (call) =>
    ok(viewReview(call.world, reviewOf(call))),
  ),
  repositoryRoute('PUT', `${one}/reviews/{review_id}`, write, (call) => {
    const review = reviewOf(call)
    if (review.user !== accountOf(call.actor)) throw forbidden('You can only edit your own reviews.')
    editReview(call, review, review.user, call.body.body as string)
    return ok(viewReview(call.world, review))
  }),
  repositoryRoute(
    'PUT',
    `${one}/reviews/{review_id}/dismissals`,
    { app: 'pull_requests:write', role: 'write' },
    (call) => {
      const review = reviewOf(call)
      dismissReview(call, review, accountOf(call.actor), call.body.message as string)
      return ok(viewReview(call.world, review))
    },
  ),
]

function reviewersOf(call: RepositoryCall): { users: Account[]; teams: Team[] } {
  const { reviewers = [], team_reviewers: slugs = [] } = call.body as {
    reviewers?: string[]
    team_reviewers?: string[]
  }
  const notCollaborator = (): Refusal =>
    new Refusal(
      422,
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
    )
  const users = reviewers.map((login) => {
    const account = call.world.account(login)
    if (account?.type !== 'User' || roleOf(account, call.repository) === 'none') throw notCollaborator()
    return account
  })
  const { owner } = call.repository
  const teams = slugs.map((slug) => {
    const team =
      owner.type === 'Organization' ? (owner as Organization).teams.get(slug.toLowerCase()) : undefined
    if (team === undefined) throw notCollaborator()
    return team
  })
  return { users, teams }
}

const requestRoutes = [
  repositoryRoute('GET', `${one}/requested_reviewers`, read, (call) => {
    const pull = pullOf(call)
    const { world } = call
    return ok({
      users: pull.requestedUsers.map((account) => viewAccount(world, account)),
      teams: pull.requestedTeams.map((team) => viewTeam(world, team)),
    })
  }),
  repositoryRoute('POST', `${one}/requested_reviewers`, write, async (call) => {
    const pull = pullOf(call)
    isAuthorOr(call, pull, 'triage')
    await requestReviews(call, pull, accountOf(call.actor), reviewersOf(call))
    return created(viewListedPull(call.world, pull))
  }),
  repositoryRoute('DELETE', `${one}/requested_reviewers`, write, async (call) => {
    const pull = pullOf(call)
    isAuthorOr(call, pull, 'triage')
    await withdrawRequests(call, pull, accountOf(call.actor), reviewersOf(call))
    return ok(viewListedPull(call.world, pull))
  }),
]

export const pulls: readonly Route[] = [...pullRoutes, ...reviewRoutes, ...requestRoutes]
