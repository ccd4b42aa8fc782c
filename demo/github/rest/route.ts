import type { Actor, Organization, Repository, Role } from '../world/model.ts'
import { demandAccess, isGranted, type Needs } from '../world/people.ts'
import { beyondPermissions, forbidden, notFound, Refusal } from '../world/refusal.ts'
import type { Services } from '../services.ts'

export interface Call extends Services {
  readonly actor: Actor
  readonly url: URL
  /** The media type that was asked for. */
  readonly accept: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Already checked against GitHub's description. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** As in GitHub's OpenAPI description. */
  readonly path: string
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

type Handler<Extra = unknown> = (call: Call & Extra) => Answer | Promise<Answer>

/** Parameters that hold slashes: git refs and file paths. */
const wide = new Set(['ref', 'path', 'branch', 'basehead', 'commit_sha', 'base', 'head'])

export function route(method: Method, path: string, handle: Handler): Route {
  const names: string[] = []
  const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name)
    return wide.has(name) ? '(.+)' : '([^/]+)'
  })
  return { method, path, pattern: new RegExp(`^${pattern}$`), names, handle }
}

/** A route below a repository: who may not see it gets a 404, who may not do it a 403. */
export function repositoryRoute(
  method: Method,
  path: string,
  access: { readonly app: Needs; readonly role: Role },
  handle: Handler<{ readonly repository: Repository }>,
): Route {
  return route(method, path, (call) => {
    const repository = call.world.repository(call.params.owner ?? '', call.params.repo ?? '')
    if (repository === undefined) throw notFound()
    if (call.actor.kind === 'anonymous' && method !== 'GET') throw new Refusal(401, 'Requires authentication')
    demandAccess(call.actor, repository, access.role, access.app)
    return handle({ ...call, repository })
  })
}

/** A route below an organisation: members (or, for `admin`, owners) and Apps installed on it with the permission. */
export function organizationRoute(
  method: Method,
  path: string,
  access: { readonly app: Needs; readonly role: 'public' | 'member' | 'admin' },
  handle: Handler<{ readonly organization: Organization }>,
): Route {
  return route(method, path, (call) => {
    const organization = call.world.organization(call.params.org ?? '')
    if (organization === undefined) throw notFound()
    const { actor } = call
    if (actor.kind === 'installation') {
      if (actor.installation.account !== organization || !isGranted(actor.permissions, access.app))
        throw beyondPermissions()
    } else if (access.role !== 'public') {
      const membership = actor.kind === 'person' ? organization.members.get(actor.account.id) : undefined
      if (membership === undefined) throw notFound()
      if (access.role === 'admin' && membership.role !== 'admin')
        throw forbidden('You must be an organization owner.')
    }
    return handle({ ...call, organization })
  })
}

export const ok = (body: unknown, headers?: Record<string, string>): Answer =>
  headers === undefined ? { status: 200, body } : { status: 200, body, headers }
export const created = (body: unknown): Answer => ({ status: 201, body })
export const noContent = (): Answer => ({ status: 204 })

/** One page of a list, with GitHub's `Link` header. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function page<Item>(
  call: Call,
  items: readonly Item[],
): { items: readonly Item[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(call.query.per_page ?? 30) || 30))
  const at = Math.max(1, Number(call.query.page ?? 1) || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const link = (rel: string, number: number): string => {
    const url = new URL(call.url)
    url.searchParams.set('page', String(number))
    return `<${url.href}>; rel="${rel}"`
  }
  const links = [
    ...(at > 1 ? [link('prev', at - 1)] : []),
    ...(at < last ? [link('next', at + 1), link('last', last)] : []),
    ...(at > 1 ? [link('first', 1)] : []),
  ]
  return {
    items: items.slice((at - 1) * size, at * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  }
}

/** A page of a list, each item written by `view`. */
export async function listed<Item>(
  call: Call,
  items: readonly Item[],
  view: (item: Item) => unknown,
  wrap: (views: unknown[], total: number) => unknown = (views) => views,
): Promise<Answer> {
  const one = page(call, items)
  const views = await Promise.all(one.items.map(view))
  return ok(wrap(views, items.length), one.headers)
}
