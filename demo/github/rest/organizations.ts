import { addTeamMember, createTeam, deleteTeam, removeTeamMember, setTeamRole } from '../operations/people.ts'
import { viewAccount, viewFullOrganization, viewFullTeam, viewTeam } from '../views/accounts.ts'
import { readRole, viewFullRepository, viewPermissions, legacyRole } from '../views/repositories.ts'
import type { Account, Organization, Team } from '../world/model.ts'
import { accountOf, childrenOf, membersOf, roleOfTeam, descendantsOf } from '../world/people.ts'
import { invalidField, notFound } from '../world/refusal.ts'
import { created, listed, noContent, ok, organizationRoute, type Call, type Route } from './route.ts'

const read = { app: 'members:read', role: 'member' } as const
const write = { app: 'members:write', role: 'admin' } as const
type TeamCall = Call & { readonly organization: Organization }

/** A secret team shows itself to its members, to owners and to Apps. */
function visibleTeams(call: TeamCall): Team[] {
  const { actor, organization } = call
  const account = actor.kind === 'person' ? actor.account : null
  const sees = (team: Team): boolean =>
    account === null ||
    team.privacy === 'closed' ||
    organization.members.get(account.id)?.role === 'admin' ||
    team.members.has(account.id)
  return [...organization.teams.values()].filter(sees)
}

function teamOf(call: TeamCall): Team {
  const team = visibleTeams(call).find((each) => each.slug === call.params.team_slug?.toLowerCase())
  if (team === undefined) throw notFound()
  return team
}

function personOf(call: Call): Account {
  const account = call.world.account(call.params.username ?? '')
  if (account === undefined) throw notFound()
  return account
}

const organizationRoutes = [
  organizationRoute('GET', '/orgs/{org}', { app: 'metadata:read', role: 'public' }, (call) =>
    ok(viewFullOrganization(call.world, call.organization)),
  ),
  organizationRoute('GET', '/orgs/{org}/members', read, (call) =>
    listed(call, [...call.organization.members.values()], ({ account }) => viewAccount(call.world, account)),
  ),
  organizationRoute('GET', '/orgs/{org}/memberships/{username}', read, (call) => {
    const membership = call.organization.members.get(personOf(call).id)
    if (membership === undefined) throw notFound()
    const url = `${call.world.origin}/api/v3/orgs/${call.organization.login}`
    return ok({
      url: `${url}/memberships/${membership.account.login}`,
      state: 'active',
      role: membership.role,
      organization_url: url,
      user: viewAccount(call.world, membership.account),
      organization: viewFullOrganization(call.world, call.organization),
    })
  }),
]

const teamRoutes = [
  organizationRoute('GET', '/orgs/{org}/teams', read, (call) =>
    listed(call, visibleTeams(call), (team) => viewTeam(call.world, team)),
  ),
  organizationRoute('POST', '/orgs/{org}/teams', write, (call) => {
    const {
      name,
      parent_team_id: parentId,
      privacy,
    } = call.body as { name: string; parent_team_id?: number; privacy?: string }
    const parent = [...call.organization.teams.values()].find((team) => team.id === parentId)
    if (parentId !== undefined && parent === undefined)
      throw invalidField('Team', 'parent_team_id', 'invalid')
    const secret = privacy === 'secret'
    const team = createTeam(
      call,
      call.organization,
      name,
      { parent: parent ?? null, secret },
      accountOf(call.actor),
    )
    return created(viewFullTeam(call.world, team))
  }),
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}', read, (call) =>
    ok(viewFullTeam(call.world, teamOf(call))),
  ),
  organizationRoute('DELETE', '/orgs/{org}/teams/{team_slug}', write, (call) => {
    deleteTeam(call, teamOf(call), accountOf(call.actor))
    return noContent()
  }),
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}/members', read, (call) => {
    const team = teamOf(call)
    const wanted = call.query.role ?? 'all'
    const members = membersOf(team).filter(
      (account) => wanted === 'all' || (team.members.get(account.id)?.role ?? 'member') === wanted,
    )
    return listed(call, members, (account) => viewAccount(call.world, account))
  }),
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}/teams', read, (call) =>
    listed(call, childrenOf(teamOf(call)), (team) => viewTeam(call.world, team)),
  ),
]

const viewMembership = (call: Call, team: Team, account: Account, role: string): unknown => ({
  url: `${call.world.origin}/api/v3/organizations/${team.organization.id}/team/${team.id}/memberships/${account.login}`,
  role,
  state: 'active',
})

const membershipRoutes = [
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}/memberships/{username}', read, (call) => {
    const team = teamOf(call)
    const account = personOf(call)
    const membership = descendantsOf(team).flatMap((each) => each.members.get(account.id) ?? [])[0]
    if (membership === undefined) throw notFound()
    return ok(viewMembership(call, team, account, team.members.get(account.id)?.role ?? 'member'))
  }),
  organizationRoute('PUT', '/orgs/{org}/teams/{team_slug}/memberships/{username}', write, (call) => {
    const team = teamOf(call)
    const account = personOf(call)
    const role = (call.body.role ?? 'member') as 'member' | 'maintainer'
    addTeamMember(call, team, account, role, accountOf(call.actor))
    return ok(viewMembership(call, team, account, role))
  }),
  organizationRoute('DELETE', '/orgs/{org}/teams/{team_slug}/memberships/{username}', write, (call) => {
    removeTeamMember(call, teamOf(call), personOf(call), accountOf(call.actor))
    return noContent()
  }),
]

const teamRepositoryRoutes = [
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}/repos', read, (call) => {
    const team = teamOf(call)
    const repositories = call.world
      .repositoriesOf(call.organization)
      .filter((each) => roleOfTeam(team, each) !== 'none')
    return listed(call, repositories, (each) => viewFullRepository(call.world, each, roleOfTeam(team, each)))
  }),
  organizationRoute('GET', '/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}', read, (call) => {
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '')
    const role = repository === undefined ? 'none' : roleOfTeam(teamOf(call), repository)
    if (repository === undefined || role === 'none') throw notFound()
    // GitHub answers with a body only when this media type is asked for
    if (call.accept?.includes('repository+json') !== true) return noContent()
    return ok({
      ...viewFullRepository(call.world, repository, role),
      permissions: viewPermissions(role),
      role_name: legacyRole(role),
    })
  }),
  organizationRoute('PUT', '/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}', write, (call) => {
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '')
    const role = readRole((call.body.permission as string | undefined) ?? 'push')
    if (repository === undefined || role === undefined) throw notFound()
    setTeamRole(call, teamOf(call), repository, role, accountOf(call.actor))
    return noContent()
  }),
  organizationRoute('DELETE', '/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}', write, (call) => {
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '')
    if (repository !== undefined) setTeamRole(call, teamOf(call), repository, null, accountOf(call.actor))
    return noContent()
  }),
]

export const organizations: readonly Route[] = [
  ...organizationRoutes,
  ...teamRoutes,
  ...membershipRoutes,
  ...teamRepositoryRoutes,
]
