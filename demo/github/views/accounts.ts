import type { Account, App, Installation, Organization, Repository, Team } from '../world/model.ts'
import { membersOf } from '../world/people.ts'
import type { World } from '../world/world.ts'

export const apiOf = (world: World): string => `${world.origin}/api/v3`
export const noreply = (account: Account): string => `${account.id}+${account.login}@users.noreply.github.com`

/** An account as it stands inside other answers. */
export function viewAccount(world: World, account: Account): Record<string, unknown> {
  const url = `${apiOf(world)}/users/${account.login}`
  const page =
    account.type === 'Bot'
      ? `${world.origin}/apps/${account.login.replace('[bot]', '')}`
      : `${world.origin}/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${world.origin}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: page,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  }
}

export function viewUser(world: World, account: Account): Record<string, unknown> {
  return {
    ...viewAccount(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: world.repositoriesOf(account).filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  }
}

/** The person who asks, as only they see themselves. */
export function viewSelf(world: World, account: Account): Record<string, unknown> {
  const owned = world.repositoriesOf(account).filter((repository) => repository.private).length
  const counts = {
    private_gists: 0,
    total_private_repos: owned,
    owned_private_repos: owned,
    disk_usage: 0,
    collaborators: 0,
  }
  return { ...viewUser(world, account), ...counts, two_factor_authentication: true }
}

export function viewOrganization(world: World, organization: Organization): Record<string, unknown> {
  const url = `${apiOf(world)}/orgs/${organization.login}`
  return {
    login: organization.login,
    id: organization.id,
    node_id: organization.nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.origin}/avatars/${organization.id}`,
    description: null,
  }
}

export function viewFullOrganization(world: World, organization: Organization): Record<string, unknown> {
  return {
    ...viewOrganization(world, organization),
    html_url: `${world.origin}/${organization.login}`,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: world.repositoriesOf(organization).filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    default_repository_permission: organization.basePermission,
    created_at: organization.createdAt,
    updated_at: organization.createdAt,
    archived_at: null,
  }
}

const teamBase = (world: World, team: Team): Record<string, unknown> => {
  const url = `${apiOf(world)}/organizations/${team.organization.id}/team/${team.id}`
  return {
    id: team.id,
    node_id: team.nodeId,
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url,
    html_url: `${world.origin}/orgs/${team.organization.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
  }
}

/** Strict: exactly what a webhook payload may say about a team. */
export const viewHookTeam = (world: World, team: Team): Record<string, unknown> => ({
  ...teamBase(world, team),
  parent: team.parent === null ? null : teamBase(world, team.parent),
})

const teamKind = (team: Team): Record<string, unknown> => ({
  type: 'organization',
  organization_id: team.organization.id,
})

export const viewTeam = (world: World, team: Team): Record<string, unknown> => ({
  ...teamBase(world, team),
  ...teamKind(team),
  parent: team.parent === null ? null : { ...teamBase(world, team.parent), ...teamKind(team.parent) },
})

export const viewFullTeam = (world: World, team: Team): Record<string, unknown> => ({
  ...viewTeam(world, team),
  members_count: membersOf(team).length,
  repos_count: team.repositories.size,
  organization: viewFullOrganization(world, team.organization),
  created_at: team.createdAt,
  updated_at: team.createdAt,
})

/** Strict: exactly what a webhook payload may say about an App. */
export const viewApp = (world: World, app: App): Record<string, unknown> => ({
  id: app.id,
  slug: app.slug,
  node_id: app.nodeId,
  owner: viewAccount(world, app.owner),
  name: app.name,
  description: '',
  external_url: world.origin,
  html_url: `${world.origin}/apps/${app.slug}`,
  created_at: app.createdAt,
  updated_at: app.createdAt,
  permissions: app.permissions,
  events: app.events,
})

export const viewInstallation = (world: World, installation: Installation): Record<string, unknown> => ({
  id: installation.id,
  account: viewAccount(world, installation.account),
  repository_selection: installation.repositories === null ? 'all' : 'selected',
  access_tokens_url: `${apiOf(world)}/app/installations/${installation.id}/access_tokens`,
  repositories_url: `${apiOf(world)}/installation/repositories`,
  html_url: `${world.origin}/settings/installations/${installation.id}`,
  app_id: installation.app.id,
  app_slug: installation.app.slug,
  target_id: installation.account.id,
  target_type: installation.account.type,
  permissions: installation.app.permissions,
  events: installation.app.events,
  created_at: installation.createdAt,
  updated_at: installation.createdAt,
  single_file_name: null,
  has_multiple_single_files: false,
  single_file_paths: [],
  suspended_by: null,
  suspended_at: installation.suspendedAt,
})

export const installedRepositories = (world: World, installation: Installation): Repository[] =>
  world
    .repositoriesOf(installation.account)
    .filter((repository) => installation.repositories?.has(repository.id) ?? true)
