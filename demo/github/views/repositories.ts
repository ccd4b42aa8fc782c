import { roles, type Repository, type Role } from '../world/model.ts'
import { atLeast } from '../world/people.ts'
import type { World } from '../world/world.ts'
import { apiOf, viewAccount, viewOrganization } from './accounts.ts'
import type { Organization } from '../world/model.ts'

export const repositoryUrl = (world: World, repository: Repository): string =>
  `${apiOf(world)}/repos/${repository.fullName}`
export const repositoryPage = (world: World, repository: Repository): string =>
  `${world.origin}/${repository.fullName}`

const templates = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
}

/** A repository as it stands inside other answers. */
export function viewMinimalRepository(world: World, repository: Repository): Record<string, unknown> {
  const url = repositoryUrl(world, repository)
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: viewAccount(world, repository.owner),
    html_url: repositoryPage(world, repository),
    description: repository.description,
    fork: repository.parent !== null,
    url,
    ...Object.fromEntries(Object.entries(templates).map(([key, rest]) => [key, url + rest])),
  }
}

/** Strict: exactly what a webhook payload may say about a repository. */
export function viewRepository(world: World, repository: Repository): Record<string, unknown> {
  const page = repositoryPage(world, repository)
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open').length
  return {
    ...viewMinimalRepository(world, repository),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `${page.replace('http:', 'git:')}.git`,
    ssh_url: `git@127.0.0.1:${repository.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
    custom_properties: {},
  }
}

export const viewPermissions = (role: Role): Record<string, boolean> => ({
  admin: role === 'admin',
  maintain: atLeast(role, 'maintain'),
  push: atLeast(role, 'write'),
  triage: atLeast(role, 'triage'),
  pull: atLeast(role, 'read'),
})

export function viewFullRepository(
  world: World,
  repository: Repository,
  role: Role,
): Record<string, unknown> {
  const { custom_properties: _, ...view } = viewRepository(world, repository)
  const organization =
    repository.owner.type === 'Organization' ? { organization: viewAccount(world, repository.owner) } : {}
  const parent =
    repository.parent === null
      ? {}
      : { parent: viewRepository(world, repository.parent), source: viewRepository(world, repository.parent) }
  return {
    ...view,
    ...organization,
    ...parent,
    permissions: viewPermissions(role),
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    network_count: 0,
    subscribers_count: 0,
    temp_clone_token: '',
  }
}

/** Between people's words for a permission and those of the older API fields. */
export const legacyRole = (role: Role): string =>
  role === 'triage' ? 'read' : role === 'maintain' ? 'write' : role

export const pushRoles = {
  pull: 'read',
  triage: 'triage',
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
} as const

/** Reads `pull`, `push` and so on, or a role's name. */
export function readRole(text: string): Role | undefined {
  if (text in pushRoles) return pushRoles[text as keyof typeof pushRoles]
  return roles.find((role) => role === text)
}

export const ownerPart = (world: World, repository: Repository): Record<string, unknown> =>
  repository.owner.type === 'Organization'
    ? { organization: viewOrganization(world, repository.owner as Organization) }
    : {}
