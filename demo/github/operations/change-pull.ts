import type { Services } from '../services.ts'
import { viewAccount, viewHookTeam } from '../views/accounts.ts'
import { viewLabel } from '../views/pulls.ts'
import type { Account, Label, Pull, Repository, Team } from '../world/model.ts'
import { invalidField, notFound } from '../world/refusal.ts'
import { announcePull, recordEvent } from './announce.ts'
import { judgeMergeability } from './mergeability.ts'

export interface PullChange {
  readonly title?: string | undefined
  readonly body?: string | null | undefined
  readonly state?: 'open' | 'closed' | undefined
  readonly base?: string | undefined
}

/** Edits, retargets, closes or reopens. Each has its event. */
export async function changePull(
  services: Services,
  pull: Pull,
  actor: Account,
  change: PullChange,
): Promise<void> {
  const { world } = services
  const edited: Record<string, unknown> = {}
  if (change.title !== undefined && change.title !== pull.title) {
    recordEvent(world, pull, { type: 'RenamedTitleEvent', actor, before: pull.title, after: change.title })
    edited.title = { from: pull.title }
    pull.title = change.title
  }
  if (change.body !== undefined && change.body !== pull.body) {
    edited.body = { from: pull.body ?? '' }
    pull.body = change.body
  }
  if (change.base !== undefined && change.base !== pull.baseRef)
    edited.base = retarget(services, pull, actor, change.base)
  if (Object.keys(edited).length > 0) {
    pull.updatedAt = world.now()
    await judgeMergeability(world, pull)
    await announcePull(services, pull, 'edited', actor, { changes: edited })
  }
  if (change.state !== undefined && change.state !== pull.state)
    await changeState(services, pull, actor, change.state)
}

function retarget(services: Services, pull: Pull, actor: Account, base: string): unknown {
  const sha = pull.repository.git.branch(base)
  if (sha === undefined)
    throw invalidField('PullRequest', 'base', 'invalid', `Proposed base branch '${base}' was not found`)
  if (pull.state === 'closed')
    throw invalidField(
      'PullRequest',
      'base',
      'invalid',
      'Cannot change the base branch of a closed pull request.',
    )
  recordEvent(services.world, pull, { type: 'BaseRefChangedEvent', actor, before: pull.baseRef, after: base })
  const from = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } }
  pull.baseRef = base
  pull.baseSha = sha
  return from
}

async function changeState(
  services: Services,
  pull: Pull,
  actor: Account,
  state: 'open' | 'closed',
): Promise<void> {
  const { world } = services
  if (state === 'open') {
    const head = pull.headRepository?.git.branch(pull.headRef)
    if (pull.mergedAt !== null || head === undefined)
      throw invalidField(
        'PullRequest',
        'state',
        'invalid',
        'state cannot be changed. The head branch has been deleted or merged.',
      )
    if (head !== pull.headSha)
      throw invalidField(
        'PullRequest',
        'state',
        'invalid',
        `state cannot be changed. The ${pull.headRef} branch was force-pushed or recreated.`,
      )
  }
  pull.state = state
  pull.closedAt = state === 'closed' ? world.now() : null
  if (state === 'closed') pull.baseSha = pull.repository.git.branch(pull.baseRef) ?? pull.baseSha
  recordEvent(world, pull, { type: state === 'closed' ? 'ClosedEvent' : 'ReopenedEvent', actor })
  await judgeMergeability(world, pull)
  await announcePull(services, pull, state === 'closed' ? 'closed' : 'reopened', actor)
}

export async function setDraft(
  services: Services,
  pull: Pull,
  actor: Account,
  draft: boolean,
): Promise<void> {
  if (pull.draft === draft) return
  pull.draft = draft
  recordEvent(services.world, pull, { type: draft ? 'ConvertToDraftEvent' : 'ReadyForReviewEvent', actor })
  await announcePull(services, pull, draft ? 'converted_to_draft' : 'ready_for_review', actor)
}

/** Asks people and teams to review. One event each, as on GitHub. */
export async function requestReviews(
  services: Services,
  pull: Pull,
  actor: Account,
  wanted: { readonly users: readonly Account[]; readonly teams: readonly Team[] },
): Promise<void> {
  if (wanted.users.includes(pull.user))
    throw invalidField(
      'PullRequest',
      'reviewers',
      'invalid',
      'Review cannot be requested from pull request author.',
    )
  for (const user of wanted.users) {
    if (pull.requestedUsers.includes(user)) continue
    pull.requestedUsers.push(user)
    recordEvent(services.world, pull, { type: 'ReviewRequestedEvent', actor, reviewer: user })
    await announcePull(services, pull, 'review_requested', actor, {
      requested_reviewer: viewAccount(services.world, user),
    })
  }
  for (const team of wanted.teams) {
    if (pull.requestedTeams.includes(team)) continue
    pull.requestedTeams.push(team)
    recordEvent(services.world, pull, { type: 'ReviewRequestedEvent', actor, reviewer: team })
    await announcePull(services, pull, 'review_requested', actor, {
      requested_team: viewHookTeam(services.world, team),
    })
  }
}

export async function withdrawRequests(
  services: Services,
  pull: Pull,
  actor: Account,
  wanted: { readonly users: readonly Account[]; readonly teams: readonly Team[] },
): Promise<void> {
  for (const user of wanted.users) {
    const at = pull.requestedUsers.indexOf(user)
    if (at === -1) continue
    pull.requestedUsers.splice(at, 1)
    recordEvent(services.world, pull, { type: 'ReviewRequestRemovedEvent', actor, reviewer: user })
    await announcePull(services, pull, 'review_request_removed', actor, {
      requested_reviewer: viewAccount(services.world, user),
    })
  }
  for (const team of wanted.teams) {
    const at = pull.requestedTeams.indexOf(team)
    if (at === -1) continue
    pull.requestedTeams.splice(at, 1)
    recordEvent(services.world, pull, { type: 'ReviewRequestRemovedEvent', actor, reviewer: team })
    await announcePull(services, pull, 'review_request_removed', actor, {
      requested_team: viewHookTeam(services.world, team),
    })
  }
}

/** The repository's label of that name, made when it is not there yet, as GitHub does. */
export function labelNamed({ world }: Services, repository: Repository, name: string): Label {
  const known = repository.labels.get(name.toLowerCase())
  if (known !== undefined) return known
  const label = world.create('Label', (identity): Label => ({
    ...identity,
    name,
    color: 'ededed',
    description: '',
  }))
  repository.labels.set(name.toLowerCase(), label)
  return label
}

export async function addLabels(
  services: Services,
  pull: Pull,
  actor: Account,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const label = labelNamed(services, pull.repository, name)
    if (pull.labels.includes(label)) continue
    pull.labels.push(label)
    recordEvent(services.world, pull, { type: 'LabeledEvent', actor, label })
    await announcePull(services, pull, 'labeled', actor, {
      label: viewLabel(services.world, pull.repository, label),
    })
  }
}

export async function removeLabel(
  services: Services,
  pull: Pull,
  actor: Account,
  name: string,
): Promise<void> {
  const at = pull.labels.findIndex((label) => label.name.toLowerCase() === name.toLowerCase())
  const label = pull.labels[at]
  if (label === undefined) throw notFound()
  pull.labels.splice(at, 1)
  recordEvent(services.world, pull, { type: 'UnlabeledEvent', actor, label })
  await announcePull(services, pull, 'unlabeled', actor, {
    label: viewLabel(services.world, pull.repository, label),
  })
}
