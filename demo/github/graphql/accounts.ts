import type { Account, App, Organization, Repository, Team } from '../world/model.ts'
import { ancestryOf, childrenOf, descendantsOf, isGranted, roleOfTeam } from '../world/people.ts'
import { connection, type PageArguments } from './connection.ts'
import { graphqlError, type Context, type Thing } from './thing.ts'

/** A person, an App's bot, or an organisation. */
export function accountThing(context: Context, account: Account): Thing {
  const { world } = context
  const path = account.type === 'Bot' ? `/apps/${account.login.replace('[bot]', '')}` : `/${account.login}`
  const common = {
    id: account.nodeId,
    databaseId: account.id,
    // GraphQL knows bots without the suffix that REST shows
    login: account.login.replace(/\[bot\]$/, ''),
    avatarUrl: () => `${world.origin}/avatars/${account.id}`,
    url: world.origin + path,
    resourcePath: path,
    createdAt: account.createdAt,
    updatedAt: account.createdAt,
  }
  if (account.type === 'Bot') return { __typename: 'Bot', ...common }
  const owner = {
    ...common,
    name: account.name,
    email: account.type === 'User' ? '' : null,
    repository: ({ name }: { name: string }) => {
      const repository = world.repository(account.login, name)
      return repository === undefined ? null : context.things.repository(context, repository)
    },
    repositories: (args: PageArguments) =>
      connection('RepositoryConnection', args, world.repositoriesOf(account), (each) =>
        context.things.repository(context, each),
      ),
  }
  if (account.type === 'User')
    return {
      __typename: 'User',
      ...owner,
      isViewer: context.actor.kind === 'person' && context.actor.account === account,
    }
  return { __typename: 'Organization', ...owner, ...organizationFields(context, account as Organization) }
}

function demandMembers(context: Context, organization: Organization): void {
  const { actor } = context
  if (actor.kind === 'installation') {
    if (actor.installation.account !== organization || !isGranted(actor.permissions, 'members:read'))
      throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
    return
  }
  if (actor.kind !== 'person' || !organization.members.has(actor.account.id))
    throw graphqlError('FORBIDDEN', `Must be a member of ${organization.login}.`)
}

function organizationFields(context: Context, organization: Organization): Record<string, unknown> {
  const sees = (team: Team): boolean => {
    if (context.actor.kind !== 'person' || team.privacy === 'closed') return true
    const { account } = context.actor
    return team.members.has(account.id) || organization.members.get(account.id)?.role === 'admin'
  }
  return {
    description: null,
    team: ({ slug }: { slug: string }) => {
      demandMembers(context, organization)
      const team = organization.teams.get(slug.toLowerCase())
      return team === undefined || !sees(team) ? null : teamThing(context, team)
    },
    teams: (args: PageArguments & { query?: string; rootTeamsOnly?: boolean }) => {
      demandMembers(context, organization)
      const teams = [...organization.teams.values()]
        .filter(sees)
        .filter((team) => args.query == null || team.slug.includes(args.query.toLowerCase()))
        .filter((team) => args.rootTeamsOnly !== true || team.parent === null)
      return connection('TeamConnection', args, teams, (team) => teamThing(context, team))
    },
    membersWithRole: (args: PageArguments) => {
      demandMembers(context, organization)
      const members = [...organization.members.values()]
      return connection(
        'OrganizationMemberConnection',
        args,
        members,
        ({ account }) => accountThing(context, account),
        {
          edge: ({ role }) => ({ role: role.toUpperCase() }),
        },
      )
    },
  }
}

function teamMembers(team: Team, membership: string): { account: Account; from: Team }[] {
  const immediate = [...team.members.values()].map(({ account }) => ({ account, from: team }))
  if (membership === 'IMMEDIATE') return immediate
  const below = descendantsOf(team)
    .slice(1)
    .flatMap((each) => [...each.members.values()].map(({ account }) => ({ account, from: each })))
  const all = membership === 'CHILD_TEAM' ? below : [...immediate, ...below]
  return [...new Map(all.toReversed().map((each) => [each.account.id, each])).values()].reverse()
}

export function teamThing(context: Context, team: Team): Thing {
  const path = `/orgs/${team.organization.login}/teams/${team.slug}`
  return {
    __typename: 'Team',
    id: team.nodeId,
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `${team.organization.login}/${team.slug}`,
    description: team.description,
    privacy: team.privacy === 'secret' ? 'SECRET' : 'VISIBLE',
    createdAt: team.createdAt,
    updatedAt: team.createdAt,
    url: context.world.origin + path,
    resourcePath: path,
    avatarUrl: () => `${context.world.origin}/avatars/${team.id}`,
    organization: () => accountThing(context, team.organization),
    parentTeam: () => (team.parent === null ? null : teamThing(context, team.parent)),
    ancestors: (args: PageArguments) =>
      connection('TeamConnection', args, ancestryOf(team).slice(1), (each) => teamThing(context, each)),
    childTeams: (args: PageArguments & { immediateOnly?: boolean }) => {
      const teams = args.immediateOnly === false ? descendantsOf(team).slice(1) : childrenOf(team)
      return connection('TeamConnection', args, teams, (each) => teamThing(context, each))
    },
    members: (args: PageArguments & { membership?: string; role?: string; query?: string }) => {
      const members = teamMembers(team, args.membership ?? 'ALL')
        .filter(
          ({ account }) =>
            args.query == null || account.login.toLowerCase().includes(args.query.toLowerCase()),
        )
        .filter(
          ({ account, from }) =>
            args.role == null || from.members.get(account.id)?.role === args.role.toLowerCase(),
        )
      return connection(
        'TeamMemberConnection',
        args,
        members,
        ({ account }) => accountThing(context, account),
        {
          edge: ({ account, from }) => ({
            role: (from.members.get(account.id)?.role ?? 'member').toUpperCase(),
          }),
        },
      )
    },
    repositories: (args: PageArguments) => {
      const repositories = context.world
        .repositoriesOf(team.organization)
        .filter((each) => roleOfTeam(team, each) !== 'none')
      return connection(
        'TeamRepositoryConnection',
        args,
        repositories,
        (each) => context.things.repository(context, each),
        {
          edge: (each: Repository) => ({ permission: roleOfTeam(team, each).toUpperCase() }),
        },
      )
    },
  }
}

export function appThing(context: Context, app: App): Thing {
  return {
    __typename: 'App',
    id: app.nodeId,
    databaseId: app.id,
    slug: app.slug,
    name: app.name,
    description: '',
    url: `${context.world.origin}/apps/${app.slug}`,
    logoUrl: () => `${context.world.origin}/avatars/${app.id}`,
    logoBackgroundColor: 'ffffff',
    createdAt: app.createdAt,
    updatedAt: app.createdAt,
  }
}
