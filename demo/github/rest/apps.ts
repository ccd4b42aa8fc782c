import { viewApp, viewInstallation, installedRepositories } from '../views/accounts.ts'
import { viewFullRepository, viewRepository } from '../views/repositories.ts'
import type { App, Installation } from '../world/model.ts'
import { installationOf } from '../world/people.ts'
import { beyondPermissions, invalid, notFound, Refusal } from '../world/refusal.ts'
import type { Delivery } from '../webhooks/delivery.ts'
import { created, listed, ok, route, type Call, type Route } from './route.ts'

function demandApp(call: Call): App {
  if (call.actor.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
  return call.actor.app
}

function ownInstallation(call: Call): Installation {
  const installation = call.world.installations.get(Number(call.params.installation_id))
  if (installation?.app !== demandApp(call)) throw notFound()
  return installation
}

const installationsOf = (call: Call, app: App): Installation[] =>
  [...call.world.installations.values()].filter((installation) => installation.app === app)

const appRoutes = [
  route('GET', '/app', (call) => {
    const app = demandApp(call)
    return ok({ ...viewApp(call.world, app), installations_count: installationsOf(call, app).length })
  }),
  route('GET', '/app/installations', (call) =>
    listed(call, installationsOf(call, demandApp(call)), (each) => viewInstallation(call.world, each)),
  ),
  route('GET', '/app/installations/{installation_id}', (call) =>
    ok(viewInstallation(call.world, ownInstallation(call))),
  ),
  route('POST', '/app/installations/{installation_id}/access_tokens', (call) =>
    createToken(call, ownInstallation(call)),
  ),
  ...(['/orgs/{org}/installation', '/users/{username}/installation'] as const).map((path) =>
    route('GET', path, (call) => {
      const app = demandApp(call)
      const login = (call.params.org ?? call.params.username ?? '').toLowerCase()
      const found = installationsOf(call, app).find((each) => each.account.login.toLowerCase() === login)
      if (found === undefined) throw notFound()
      return ok(viewInstallation(call.world, found))
    }),
  ),
  route('GET', '/repos/{owner}/{repo}/installation', (call) => {
    const app = demandApp(call)
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '')
    const installation = repository && installationOf(call.world, repository, app.id)
    if (installation === undefined) throw notFound()
    return ok(viewInstallation(call.world, installation))
  }),
  route('GET', '/installation/repositories', (call) => {
    const { actor } = call
    if (actor.kind !== 'installation')
      throw new Refusal(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      )
    const repositories = installedRepositories(call.world, actor.installation).filter(
      (each) => actor.repositories?.has(each.id) ?? true,
    )
    return listed(
      call,
      repositories,
      (each) => viewFullRepository(call.world, each, 'none'),
      (views, total) => ({
        total_count: total,
        repository_selection: actor.installation.repositories === null ? 'all' : 'selected',
        repositories: views,
      }),
    )
  }),
]

/** A token for one hour. It may be asked to do less than the App may, never more. */
function createToken(call: Call, installation: Installation): ReturnType<typeof created> {
  if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended')
  const { world, body } = call
  const covered = installedRepositories(world, installation)
  const ids = body.repository_ids as number[] | undefined
  const names = body.repositories as string[] | undefined
  const chosen =
    ids === undefined && names === undefined
      ? null
      : covered.filter((each) => ids?.includes(each.id) === true || names?.includes(each.name) === true)
  if (chosen !== null && chosen.length !== (ids?.length ?? 0) + (names?.length ?? 0))
    throw invalid(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  const wanted = (body.permissions ?? installation.app.permissions) as Record<string, string>
  for (const [name, level] of Object.entries(wanted)) {
    const granted = installation.app.permissions[name]
    if (granted === undefined || (granted === 'read' && level !== 'read'))
      throw invalid('The permissions requested are not granted to this installation.')
  }
  const repositories = chosen === null ? null : new Set(chosen.map((each) => each.id))
  const permissions = { metadata: 'read', ...wanted }
  const { token, expiresAt } = world.addToken(
    { kind: 'installation', installation, permissions, repositories },
    'ghs',
    3_600_000,
  )
  return created({
    token,
    expires_at: new Date(expiresAt ?? 0).toISOString().replace(/\.\d+Z$/, 'Z'),
    permissions,
    repository_selection: repositories === null && installation.repositories === null ? 'all' : 'selected',
    ...(chosen === null ? {} : { repositories: chosen.map((each) => viewRepository(world, each)) }),
  })
}

function viewDelivery(delivery: Delivery): Record<string, unknown> {
  const status = delivery.response?.status
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status:
      delivery.state === 'delivered'
        ? 'OK'
        : (delivery.problem ?? (status === undefined ? 'Pending' : `Invalid HTTP Response: ${status}`)),
    status_code: status ?? (delivery.state === 'failed' || delivery.state === 'dropped' ? 502 : 0),
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  }
}

const ownDeliveries = (call: Call): Delivery[] => {
  const app = demandApp(call)
  return call.webhooks.deliveries.filter((delivery) => delivery.app === app)
}

function ownDelivery(call: Call): Delivery {
  const found = ownDeliveries(call).find((delivery) => delivery.id === Number(call.params.delivery_id))
  if (found === undefined) throw notFound()
  return found
}

const hookRoutes = [
  route('GET', '/app/hook/config', (call) => {
    const app = demandApp(call)
    return ok({
      content_type: 'json',
      secret: '********',
      insecure_ssl: '0',
      ...(app.webhookUrl === null ? {} : { url: app.webhookUrl }),
    })
  }),
  /** Newest first, paged by cursor. */
  route('GET', '/app/hook/deliveries', (call) => {
    const all = ownDeliveries(call).reverse()
    const size = Math.min(100, Number(call.query.per_page ?? 30))
    const cursor = call.query.cursor === undefined ? undefined : Number(call.query.cursor)
    const from = cursor === undefined ? all : all.filter((delivery) => delivery.id <= cursor)
    const next = from[size]
    const url = new URL(call.url)
    if (next !== undefined) url.searchParams.set('cursor', String(next.id))
    return ok(
      from.slice(0, size).map(viewDelivery),
      next === undefined ? undefined : { link: `<${url.href}>; rel="next"` },
    )
  }),
  route('GET', '/app/hook/deliveries/{delivery_id}', (call) => {
    const delivery = ownDelivery(call)
    return ok({
      ...viewDelivery(delivery),
      url: delivery.app.webhookUrl ?? '',
      request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.payload) as unknown },
      response: { headers: delivery.response?.headers ?? null, payload: delivery.response?.body ?? null },
    })
  }),
  route('POST', '/app/hook/deliveries/{delivery_id}/attempts', (call) => {
    if (call.actor.kind !== 'app') throw beyondPermissions()
    call.webhooks.redeliver(ownDelivery(call).id)
    return { status: 202, body: {} }
  }),
]

export const apps: readonly Route[] = [...appRoutes, ...hookRoutes]
