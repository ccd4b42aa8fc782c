import { setCollaborator } from '../operations/people.ts'
import { viewAccount } from '../views/accounts.ts'
import {
  legacyRole,
  readRole,
  repositoryPage,
  repositoryUrl,
  viewFullRepository,
  viewMinimalRepository,
  viewPermissions,
} from '../views/repositories.ts'
import type { Account, Repository, Role } from '../world/model.ts'
import { accountOf, atLeast, roleOf } from '../world/people.ts'
import { forbidden, invalidField, notFound, Refusal } from '../world/refusal.ts'
import { writeFiles } from '../operations/write-files.ts'
import {
  created,
  listed,
  noContent,
  ok,
  organizationRoute,
  repositoryRoute,
  route,
  type Call,
  type Route,
} from './route.ts'

const roleFor = (call: Call, repository: Repository): Role =>
  call.actor.kind === 'person' ? roleOf(call.actor.account, repository) : 'none'

async function createRepository(call: Call, owner: Account): Promise<ReturnType<typeof created>> {
  const {
    name,
    private: hidden,
    description,
    auto_init: seeded,
  } = call.body as { name: string; private?: boolean; description?: string; auto_init?: boolean }
  if (!/^[\w.-]{1,100}$/.test(name)) throw invalidField('Repository', 'name', 'custom', 'name is invalid')
  const repository = await call.world.addRepository(owner, name, {
    private: hidden ?? false,
    description: description ?? null,
  })
  const sender = accountOf(call.actor)
  if (owner.type === 'User') repository.collaborators.set(owner.id, { account: owner, role: 'admin' })
  else repository.collaborators.set(sender.id, { account: sender, role: 'admin' })
  if (seeded === true)
    await writeFiles(
      call.world,
      repository,
      { 'README.md': `# ${name}\n` },
      { by: sender, message: 'Initial commit' },
    )
  call.webhooks.send({ event: 'repository', action: 'created', payload: {}, sender, repository })
  return created(viewFullRepository(call.world, repository, 'admin'))
}

const isVisible = (call: Call, repository: Repository): boolean =>
  call.actor.kind === 'person' ? atLeast(roleOf(call.actor.account, repository), 'read') : !repository.private

const repositoryRoutes = [
  repositoryRoute('GET', '/repos/{owner}/{repo}', { app: 'metadata:read', role: 'read' }, (call) =>
    ok(viewFullRepository(call.world, call.repository, roleFor(call, call.repository))),
  ),
  route('POST', '/user/repos', (call) => {
    if (call.actor.kind !== 'person') throw new Refusal(401, 'Requires authentication')
    return createRepository(call, call.actor.account)
  }),
  organizationRoute('POST', '/orgs/{org}/repos', { app: 'administration:write', role: 'member' }, (call) =>
    createRepository(call, call.organization),
  ),
  route('GET', '/user/repos', (call) => {
    if (call.actor.kind !== 'person') throw new Refusal(401, 'Requires authentication')
    const { account } = call.actor
    const mine = [...call.world.repositories.values()].filter(
      (each) =>
        each.owner === account ||
        each.collaborators.has(account.id) ||
        (each.private && roleOf(account, each) !== 'none'),
    )
    return listed(call, mine, (each) => viewFullRepository(call.world, each, roleOf(account, each)))
  }),
  organizationRoute('GET', '/orgs/{org}/repos', { app: 'metadata:read', role: 'public' }, (call) =>
    listed(
      call,
      call.world
        .repositoriesOf(call.organization)
        .filter((each) => call.actor.kind === 'installation' || isVisible(call, each)),
      (each) => viewMinimalRepository(call.world, each),
    ),
  ),
]

function personOf(call: Call): Account {
  const account = call.world.account(call.params.username ?? '')
  if (account === undefined) throw notFound()
  return account
}

function peopleOf(call: Call, repository: Repository): Account[] {
  const people = [...call.world.accounts.values()].filter((account) => account.type === 'User')
  const explicit = (account: Account): boolean =>
    roleOf(account, repository.private ? repository : { ...repository, private: true }) !== 'none'
  return people.filter(explicit)
}

const collaboratorRoutes = [
  repositoryRoute(
    'GET',
    '/repos/{owner}/{repo}/collaborators',
    { app: 'metadata:read', role: 'write' },
    (call) => {
      const { repository } = call
      const affiliation = call.query.affiliation ?? 'all'
      const permission = call.query.permission === undefined ? 'read' : readRole(call.query.permission)
      if (permission === undefined) throw invalidField('Repository', 'permission', 'invalid')
      const people = peopleOf(call, repository)
        .filter((account) => affiliation === 'all' || repository.collaborators.has(account.id))
        .filter((account) => atLeast(roleOf(account, repository), permission))
      return listed(call, people, (account) => {
        const role = roleOf(account, repository)
        return { ...viewAccount(call.world, account), permissions: viewPermissions(role), role_name: role }
      })
    },
  ),
  repositoryRoute(
    'GET',
    '/repos/{owner}/{repo}/collaborators/{username}',
    { app: 'metadata:read', role: 'write' },
    (call) => {
      if (!peopleOf(call, call.repository).includes(personOf(call))) throw notFound()
      return noContent()
    },
  ),
  repositoryRoute(
    'GET',
    '/repos/{owner}/{repo}/collaborators/{username}/permission',
    { app: 'metadata:read', role: 'write' },
    (call) => {
      const account = personOf(call)
      const role = roleOf(account, call.repository)
      const user = {
        ...viewAccount(call.world, account),
        permissions: viewPermissions(role),
        role_name: role,
      }
      return ok({ permission: legacyRole(role), role_name: role, user })
    },
  ),
  repositoryRoute(
    'PUT',
    '/repos/{owner}/{repo}/collaborators/{username}',
    { app: 'administration:write', role: 'admin' },
    (call) => {
      const { repository, world } = call
      const account = personOf(call)
      const role = readRole((call.body.permission as string | undefined) ?? 'push')
      if (role === undefined) throw invalidField('Repository', 'permission', 'invalid')
      if (account.type !== 'User') throw forbidden('Only people can be collaborators.')
      const isNew = !repository.collaborators.has(account.id)
      const sender = accountOf(call.actor)
      setCollaborator(call, repository, account, role, sender)
      if (!isNew) return noContent()
      // invitations are accepted at once here: there is nobody to read the mail
      return created({
        id: account.id,
        node_id: account.nodeId,
        repository: viewMinimalRepository(world, repository),
        invitee: viewAccount(world, account),
        inviter: viewAccount(world, sender),
        permissions: legacyRole(role),
        created_at: world.now(),
        expired: false,
        url: `${repositoryUrl(world, repository)}/invitations/${account.id}`,
        html_url: `${repositoryPage(world, repository)}/invitations`,
      })
    },
  ),
  repositoryRoute(
    'DELETE',
    '/repos/{owner}/{repo}/collaborators/{username}',
    { app: 'administration:write', role: 'admin' },
    (call) => {
      setCollaborator(call, call.repository, personOf(call), null, accountOf(call.actor))
      return noContent()
    },
  ),
]

export const repositories: readonly Route[] = [...repositoryRoutes, ...collaboratorRoutes]
