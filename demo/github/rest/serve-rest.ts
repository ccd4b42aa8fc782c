import { createHash } from 'node:crypto'
import type { LoggedRequest } from '../request-log.ts'
import type { Services } from '../services.ts'
import type { Actor } from '../world/model.ts'
import { Refusal } from '../world/refusal.ts'
import { answerProblems, requestProblems } from './describe.ts'
import { routes } from './routes.ts'
import type { Answer, Route } from './route.ts'

const documentation = 'https://docs.github.com/rest'

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })

export const refusalAnswer = (refusal: Refusal, headers: Record<string, string> = {}): Response =>
  jsonAnswer(
    refusal.status,
    {
      message: refusal.message,
      ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
      documentation_url: documentation,
      status: String(refusal.status),
    },
    headers,
  )

export interface RestRequest {
  readonly method: string
  readonly url: URL
  /** Below `/api/v3`, still encoded. */
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
}

function findRoute(request: RestRequest): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const match = route.method === request.method ? route.pattern.exec(request.path) : null
    if (match === null) continue
    const params = Object.fromEntries(
      route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
    )
    return { route, params }
  }
  return undefined
}

/** Answers one REST request, holding both sides to GitHub's description of it. */
export async function serveRest(
  services: Services,
  actor: Actor,
  request: RestRequest,
  log: LoggedRequest,
): Promise<Response> {
  const { world, rateLimits } = services
  const found = findRoute(request)
  const headers = {
    ...rateLimits.headers(actor, 'core'),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `${log.at}`,
  }
  if (found === undefined) {
    world.violations.push(`${request.method} ${request.path}: not part of this GitHub`)
    return refusalAnswer(new Refusal(404, 'Not Found'), headers)
  }
  const { route, params } = found
  log.operation = `${route.method} ${route.path}`
  const query = Object.fromEntries(request.url.searchParams)
  const problems = requestProblems(route, { params, query, body: request.body })
  if (problems.length > 0) {
    world.violations.push(...problems.map((problem) => `${log.operation}: request: ${problem}`))
    return refusalAnswer(new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`), headers)
  }
  try {
    const body = (request.body ?? {}) as Record<string, unknown>
    const accept = request.headers.get('accept') ?? undefined
    const answer = await route.handle({ ...services, actor, url: request.url, params, query, body, accept })
    return finish(services, actor, request, log, route, answer, headers)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    rateLimits.charge(actor, 'core', 1)
    return refusalAnswer(thrown, { ...headers, ...rateLimits.headers(actor, 'core') })
  }
}

function finish(
  { world, rateLimits }: Services,
  actor: Actor,
  request: RestRequest,
  log: LoggedRequest,
  route: Route,
  answer: Answer,
  common: Record<string, string>,
): Response {
  if (answer.body instanceof Buffer)
    return new Response(new Uint8Array(answer.body), {
      status: answer.status,
      headers: { ...common, ...answer.headers },
    })
  const text = answer.body === undefined ? null : JSON.stringify(answer.body)
  const plain = text === null ? undefined : (JSON.parse(text) as unknown)
  for (const problem of answerProblems(route, answer.status, plain))
    world.violations.push(`${log.operation}: answer: ${problem}`)
  const headers: Record<string, string> = { ...common, ...answer.headers }
  if (request.method === 'GET' && text !== null) {
    const etag = `W/"${createHash('sha256')
      .update(text)
      .update(answer.headers?.link ?? '')
      .digest('hex')}"`
    headers.etag = etag
    headers['cache-control'] = 'private, max-age=60, s-maxage=60'
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers }) // costs nothing
  }
  if (route.path !== '/rate_limit') rateLimits.charge(actor, 'core', 1)
  Object.assign(headers, rateLimits.headers(actor, 'core'))
  if (text === null) return new Response(null, { status: answer.status, headers })
  return new Response(text, {
    status: answer.status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}
