import type { Services } from '../services.ts'
import { viewAccount, viewHookTeam, viewInstallation, installedRepositories } from '../views/accounts.ts'
import { viewRepository } from '../views/repositories.ts'
import type { Account, App, Installation, Organization, Repository, Role, Team } from '../world/model.ts'

/** Each of these changes who may do what, and announces it, so that caches can be cleared. */

export function addMember(
  services: Services,
  organization: Organization,
  account: Account,
  role: 'admin' | 'member',
  sender: Account,
): void {
  const isNew = !organization.members.has(account.id)
  organization.members.set(account.id, { account, role })
  if (isNew) announceOrganization(services, organization, account, role, 'member_added', sender)
}

export function removeMember(
  services: Services,
  organization: Organization,
  account: Account,
  sender: Account,
): void {
  const known = organization.members.get(account.id)
  if (known === undefined) return
  organization.members.delete(account.id)
  for (const team of organization.teams.values())
    if (team.members.has(account.id)) removeTeamMember(services, team, account, sender)
  announceOrganization(services, organization, account, known.role, 'member_removed', sender)
}

function announceOrganization(
  { world, webhooks }: Services,
  organization: Organization,
  account: Account,
  role: string,
  action: string,
  sender: Account,
): void {
  const url = `${world.origin}/api/v3/orgs/${organization.login}`
  const membership = {
    url: `${url}/memberships/${account.login}`,
    state: 'active',
    role,
    organization_url: url,
    user: viewAccount(world, account),
  }
  webhooks.send({ event: 'organization', action, payload: { membership }, sender, organization })
}

export function addTeamMember(
  services: Services,
  team: Team,
  account: Account,
  role: 'member' | 'maintainer',
  sender: Account,
): void {
  const { world, webhooks } = services
  addMember(
    services,
    team.organization,
    account,
    team.organization.members.get(account.id)?.role ?? 'member',
    sender,
  )
  const isNew = !team.members.has(account.id)
  team.members.set(account.id, { account, role })
  if (!isNew) return
  const payload = { scope: 'team', member: viewAccount(world, account), team: viewHookTeam(world, team) }
  webhooks.send({ event: 'membership', action: 'added', payload, sender, organization: team.organization })
}

export function removeTeamMember(services: Services, team: Team, account: Account, sender: Account): void {
  const { world, webhooks } = services
  if (!team.members.delete(account.id)) return
  const payload = { scope: 'team', member: viewAccount(world, account), team: viewHookTeam(world, team) }
  webhooks.send({ event: 'membership', action: 'removed', payload, sender, organization: team.organization })
}

export function createTeam(
  services: Services,
  organization: Organization,
  name: string,
  options: { parent?: Team | null; secret?: boolean },
  sender: Account,
): Team {
  const { world, webhooks } = services
  const team = world.addTeam(organization, name, options)
  webhooks.send({
    event: 'team',
    action: 'created',
    payload: { team: viewHookTeam(world, team) },
    sender,
    organization,
  })
  return team
}

export function deleteTeam({ world, webhooks }: Services, team: Team, sender: Account): void {
  const { organization } = team
  const payload = { team: viewHookTeam(world, team) }
  for (const other of organization.teams.values()) if (other.parent === team) other.parent = null
  organization.teams.delete(team.slug)
  world.nodes.delete(team.nodeId)
  webhooks.send({ event: 'team', action: 'deleted', payload, sender, organization })
}

/** Null takes the repository from the team. */
export function setTeamRole(
  services: Services,
  team: Team,
  repository: Repository,
  role: Role | null,
  sender: Account,
): void {
  const { world, webhooks } = services
  const { organization } = team
  const had = team.repositories.has(repository.id)
  if (role === null) {
    if (!team.repositories.delete(repository.id)) return
    const payload = { team: viewHookTeam(world, team), repository: viewRepository(world, repository) }
    webhooks.send({ event: 'team', action: 'removed_from_repository', payload, sender, organization })
    return
  }
  team.repositories.set(repository.id, role)
  if (had) return
  const payload = { team: viewHookTeam(world, team), repository: viewRepository(world, repository) }
  webhooks.send({ event: 'team', action: 'added_to_repository', payload, sender, organization })
  webhooks.send({
    event: 'team_add',
    action: null,
    payload: { team: viewHookTeam(world, team) },
    sender,
    repository,
    organization,
  })
}

/** The payload of an addition knows two permissions only; of others it says nothing. */
const addedWords = (role: Role): { permission: { to: string } } | null =>
  role === 'admin'
    ? { permission: { to: 'admin' } }
    : role === 'write' || role === 'maintain'
      ? { permission: { to: 'write' } }
      : null

/** Null removes the collaborator. */
export function setCollaborator(
  services: Services,
  repository: Repository,
  account: Account,
  role: Role | null,
  sender: Account,
): void {
  const { world, webhooks } = services
  const before = repository.collaborators.get(account.id)
  if (role === null) {
    if (!repository.collaborators.delete(account.id)) return
    webhooks.send({
      event: 'member',
      action: 'removed',
      payload: { member: viewAccount(world, account) },
      sender,
      repository,
    })
    return
  }
  repository.collaborators.set(account.id, { account, role })
  const action = before === undefined ? 'added' : 'edited'
  const words = action === 'added' ? addedWords(role) : { old_permission: { from: before?.role ?? 'none' } }
  const payload = { member: viewAccount(world, account), ...(words === null ? {} : { changes: words }) }
  webhooks.send({ event: 'member', action, payload, sender, repository })
}

/** Installs an App on everything of an account, or on some repositories of it. */
export function installApp(
  services: Services,
  app: App,
  account: Account,
  repositories: readonly Repository[] | null,
  sender: Account,
): Installation {
  const { world, webhooks } = services
  const installation = world.create('Installation', (identity): Installation => ({
    ...identity,
    app,
    account,
    repositories: repositories === null ? null : new Set(repositories.map((repository) => repository.id)),
    createdAt: world.now(),
    suspendedAt: null,
  }))
  world.installations.set(installation.id, installation)
  const payload = {
    installation: hookInstallation(services, installation),
    repositories: installedRepositories(world, installation).map((repository) => ({
      id: repository.id,
      node_id: repository.nodeId,
      name: repository.name,
      full_name: repository.fullName,
      private: repository.private,
    })),
  }
  webhooks.send({ event: 'installation', action: 'created', payload, sender, app })
  return installation
}

export function uninstallApp(services: Services, installation: Installation, sender: Account): void {
  services.world.installations.delete(installation.id)
  const payload = { installation: hookInstallation(services, installation), repositories: [] }
  services.webhooks.send({ event: 'installation', action: 'deleted', payload, sender, app: installation.app })
}

const hookInstallation = ({ world }: Services, installation: Installation): unknown =>
  viewInstallation(world, installation)
