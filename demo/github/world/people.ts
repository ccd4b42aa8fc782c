import {
  roles,
  type Account,
  type Actor,
  type Installation,
  type Organization,
  type Repository,
  type Role,
  type Team,
} from './model.ts'
import { beyondPermissions, forbidden, notFound } from './refusal.ts'
import type { World } from './world.ts'

export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed)
const higher = (one: Role, other: Role): Role => (atLeast(one, other) ? one : other)

export const childrenOf = (team: Team): Team[] =>
  [...team.organization.teams.values()].filter((other) => other.parent === team)

/** A team and all teams below it. */
export const descendantsOf = (team: Team): Team[] => [team, ...childrenOf(team).flatMap(descendantsOf)]

/** A team and all teams above it. */
export const ancestryOf = (team: Team): Team[] =>
  team.parent === null ? [team] : [team, ...ancestryOf(team.parent)]

/** Members of a team, those of child teams included, as GitHub counts them. */
export function membersOf(team: Team): Account[] {
  const found = new Map<number, Account>()
  for (const each of descendantsOf(team))
    for (const { account } of each.members.values()) found.set(account.id, account)
  return [...found.values()]
}

/** What a team may do in a repository: its own permission or one that it inherits from above. */
export const roleOfTeam = (team: Team, repository: Repository): Role =>
  ancestryOf(team)
    .map((each) => each.repositories.get(repository.id) ?? 'none')
    .reduce(higher, 'none')

/** What a person may do in a repository, by whichever way gives most. */
export function roleOf(account: Account, repository: Repository): Role {
  if (account === repository.owner) return 'admin'
  let role: Role = repository.private || account.type === 'Bot' ? 'none' : 'read'
  role = higher(role, repository.collaborators.get(account.id)?.role ?? 'none')
  if (repository.owner.type !== 'Organization') return role
  const organization = repository.owner as Organization
  const membership = organization.members.get(account.id)
  if (membership?.role === 'admin') return 'admin'
  if (membership !== undefined) role = higher(role, organization.basePermission)
  for (const team of organization.teams.values())
    if (team.members.has(account.id)) role = higher(role, roleOfTeam(team, repository))
  return role
}

export const installationCovers = (installation: Installation, repository: Repository): boolean =>
  installation.account === repository.owner &&
  installation.suspendedAt === null &&
  (installation.repositories?.has(repository.id) ?? true)

export const installationOf = (
  world: World,
  repository: Repository,
  appId: number,
): Installation | undefined =>
  [...world.installations.values()].find(
    (each) => each.app.id === appId && installationCovers(each, repository),
  )

/** `contents:read`, or several of which one is enough. */
export type Needs = string | readonly string[]

const grants = (granted: string | undefined, wanted: string): boolean =>
  granted === wanted || granted === 'admin' || (granted === 'write' && wanted === 'read')

export function isGranted(permissions: Readonly<Record<string, string>>, needs: Needs): boolean {
  return [needs].flat().some((need) => {
    const [name = '', level = 'read'] = need.split(':')
    return need === 'metadata:read' || grants(permissions[name], level)
  })
}

/** Lets through whoever may do this to the repository, else throws what GitHub answers: 404 hides, 403 tells. */
export function demandAccess(actor: Actor, repository: Repository, role: Role, needs: Needs): void {
  if (actor.kind === 'app') throw beyondPermissions()
  if (actor.kind === 'installation') {
    const covered =
      installationCovers(actor.installation, repository) && (actor.repositories?.has(repository.id) ?? true)
    if (!covered && (repository.private || role !== 'read'))
      throw repository.private ? notFound() : beyondPermissions()
    if (covered && !isGranted(actor.permissions, needs)) throw beyondPermissions()
    return
  }
  const actual: Role =
    actor.kind === 'person' ? roleOf(actor.account, repository) : repository.private ? 'none' : 'read'
  if (!atLeast(actual, 'read')) throw notFound()
  if (!atLeast(actual, role))
    throw forbidden(role === 'admin' ? undefined : `Must have ${role} access to ${repository.fullName}.`)
}

/** The account that signs what the actor does. */
export function accountOf(actor: Actor): Account {
  if (actor.kind === 'person') return actor.account
  if (actor.kind === 'installation') return actor.installation.app.bot
  if (actor.kind === 'app') return actor.app.bot
  throw forbidden('Requires authentication')
}

export const appOf = (actor: Actor): Installation['app'] | null =>
  actor.kind === 'installation' ? actor.installation.app : actor.kind === 'app' ? actor.app : null

/** Owner, member, collaborator, contributor or nobody. https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
export function associationOf(account: Account, repository: Repository): string {
  if (account === repository.owner) return 'OWNER'
  if (repository.owner.type === 'Organization' && (repository.owner as Organization).members.has(account.id))
    return 'MEMBER'
  if (repository.collaborators.has(account.id)) return 'COLLABORATOR'
  return account.type === 'User' &&
    [...repository.pulls.values()].some((pull) => pull.user === account && pull.mergedAt !== null)
    ? 'CONTRIBUTOR'
    : 'NONE'
}
