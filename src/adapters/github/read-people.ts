import type { Lookup, PeopleFacts, Permission } from '../../core/facts.ts'
import type { NeededPeople } from '../../ports/github.ts'
import { splitRepository, type Octokit } from './octokit.ts'

const permissions: Readonly<Record<string, Permission>> = {
  ADMIN: 'admin',
  MAINTAIN: 'maintain',
  WRITE: 'write',
  TRIAGE: 'triage',
  READ: 'read',
}

interface MembersNode {
  readonly members: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
    readonly nodes: readonly { readonly login: string }[] | null
  }
}
interface CollaboratorsNode {
  readonly edges: readonly { readonly permission: string; readonly node: { readonly login: string } }[] | null
}

/**
 * Permissions of people and members of teams, all in one GraphQL query by aliases (and one more for each further hundred
 * members of a team). Members of child teams are members. What GitHub does not find is `missing`; what it cannot say is `failed`.
 * https://docs.github.com/en/graphql/reference/objects#team
 */
export async function readPeople(
  octokit: Pick<Octokit, 'graphql'>,
  repository: string,
  needed: NeededPeople,
): Promise<PeopleFacts> {
  if (needed.teams.length === 0 && needed.logins.length === 0) return { permissions: {}, teams: {} }
  const { query, variables } = peopleQuery(repository, needed)
  const answer = await ask(octokit, query, variables)

  const teams: Record<string, Lookup<readonly string[]>> = {}
  for (const [index, team] of needed.teams.entries())
    teams[team] = await teamMembers(octokit, answer, `t${index}`, team)
  const people: Record<string, Lookup<Permission>> = {}
  for (const [index, login] of needed.logins.entries())
    people[login] = permissionOf(answer, `u${index}`, login)
  return { permissions: people, teams }
}

interface Answer {
  readonly data: Record<string, unknown> | null
  /** What is wrong, by the alias it concerns; the empty alias concerns everything. */
  readonly errors: readonly { readonly alias: string; readonly notFound: boolean; readonly message: string }[]
}

function peopleQuery(
  repository: string,
  needed: NeededPeople,
): { query: string; variables: Record<string, string> } {
  const { owner, repo } = splitRepository(repository)
  const variables: Record<string, string> = { owner, repo }
  const declarations = ['$owner: String!', '$repo: String!']
  const declare = (name: string, value: string): string => {
    variables[name] = value
    declarations.push(`$${name}: String!`)
    return `$${name}`
  }
  const teams = needed.teams.map((team, index) => {
    const [organisation = '', slug = ''] = team.split('/')
    const org = declare(`t${index}o`, organisation)
    const name = declare(`t${index}s`, slug)
    return `t${index}: organization(login: ${org}) { team(slug: ${name}) { members(first: 100, membership: ALL) { pageInfo { hasNextPage endCursor } nodes { login } } } }`
  })
  const people = needed.logins.map((login, index) => {
    return `u${index}: collaborators(login: ${declare(`u${index}`, login)}, first: 1) { edges { permission node { login } } }`
  })
  // Without a person to look up the repository is not asked for: `repository { }` would be an error, and `$repo` unused.
  const body =
    people.length > 0 ? [...teams, `repository(owner: $owner, name: $repo) { ${people.join('\n')} }`] : teams
  if (people.length === 0) {
    declarations.splice(0, 2)
    delete variables.owner
    delete variables.repo
  }
  return { query: `query ReadPeople(${declarations.join(', ')}) {\n${body.join('\n')}\n}`, variables }
}

async function ask(
  octokit: Pick<Octokit, 'graphql'>,
  query: string,
  variables: Record<string, string>,
): Promise<Answer> {
  try {
    return { data: await octokit.graphql<Record<string, unknown>>(query, variables), errors: [] }
  } catch (thrown) {
    if (!(thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors))) {
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      return { data: null, errors: [{ alias: '', notFound: false, message }] }
    }
    const data = 'data' in thrown ? (thrown.data as Record<string, unknown> | null) : null
    const errors = (thrown.errors as { type?: string; message: string; path?: (string | number)[] }[]).map(
      (error) => ({
        alias: String(error.path?.[0] === 'repository' ? (error.path[1] ?? '') : (error.path?.[0] ?? '')),
        notFound: error.type === 'NOT_FOUND',
        message: error.message,
      }),
    )
    return { data, errors }
  }
}

function failureOf(answer: Answer, alias: string): Lookup<never> | undefined {
  const error = answer.errors.find((each) => each.alias === alias || each.alias === '')
  if (error === undefined) return undefined
  return error.notFound ? { kind: 'missing' } : { kind: 'failed', reason: error.message }
}

async function teamMembers(
  octokit: Pick<Octokit, 'graphql'>,
  answer: Answer,
  alias: string,
  team: string,
): Promise<Lookup<readonly string[]>> {
  const failure = failureOf(answer, alias)
  if (failure) return failure
  const organisation = answer.data?.[alias] as { team: MembersNode | null } | null | undefined
  // An organisation that is not there, and a team that is not there or that the App may not see, are the same to a policy: unknown.
  if (organisation?.team == null) return { kind: 'missing' }
  const members = new Set<string>()
  for (let page = organisation.team.members; ;) {
    for (const member of page.nodes ?? []) members.add(member.login.toLowerCase())
    if (!page.pageInfo.hasNextPage) return { kind: 'known', value: [...members].sort() }
    const [login = '', slug = ''] = team.split('/')
    const next = await ask(octokit, membersPageQuery, { login, slug, after: page.pageInfo.endCursor ?? '' })
    const node = next.data?.organization as { team: MembersNode | null } | null | undefined
    if (next.errors.length > 0 || node?.team == null)
      return { kind: 'failed', reason: next.errors[0]?.message ?? 'the team vanished between two pages' }
    page = node.team.members
  }
}

const membersPageQuery = `query ReadMembers($login: String!, $slug: String!, $after: String!) {
  organization(login: $login) { team(slug: $slug) { members(first: 100, after: $after, membership: ALL) { pageInfo { hasNextPage endCursor } nodes { login } } } }
}`

function permissionOf(answer: Answer, alias: string, login: string): Lookup<Permission> {
  const failure = failureOf(answer, alias) ?? failureOf(answer, 'repository')
  if (failure) return failure
  const found = (answer.data?.repository as Record<string, CollaboratorsNode | null> | null | undefined)?.[
    alias
  ]
  if (found == null) return { kind: 'failed', reason: 'GitHub did not say' }
  const edge = found.edges?.find((each) => each.node.login.toLowerCase() === login)
  // Who is not a collaborator may still read a public repository; for signing that is the same as nothing.
  if (edge === undefined) return { kind: 'known', value: 'none' }
  const permission = permissions[edge.permission]
  return permission === undefined
    ? { kind: 'failed', reason: `unknown permission ${edge.permission}` }
    : { kind: 'known', value: permission }
}
