import type { AddressInfo } from 'node:net'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { serveGit } from './git/git-server.ts'
import { serveGraphql } from './graphql/serve-graphql.ts'
import { pages } from './page/pages.ts'
import type { Fault, Faults } from './faults.ts'
import type { LoggedRequest } from './request-log.ts'
import { authenticate } from './rest/authenticate.ts'
import { jsonAnswer, refusalAnswer, serveRest } from './rest/serve-rest.ts'
import type { Services } from './services.ts'
import type { Actor } from './world/model.ts'
import { Refusal } from './world/refusal.ts'

export interface ServerParts extends Services {
  readonly faults: Faults
  readonly requests: LoggedRequest[]
}

const nameOf = (actor: Actor): string =>
  actor.kind === 'person'
    ? actor.account.login
    : actor.kind === 'installation'
      ? actor.installation.app.bot.login
      : actor.kind === 'app'
        ? actor.app.slug
        : 'anonymous'

function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref())

/** A request carried through: who asks, limits, faults, the answer, and a line in the log. */
async function serveApi(
  parts: ServerParts,
  request: Request,
  closing: AbortSignal,
  api: 'rest' | 'graphql',
  outgoing: HttpBindings['outgoing'],
): Promise<Response> {
  const { world, requests, faults, rateLimits } = parts
  const url = new URL(request.url)
  const path = api === 'rest' ? url.pathname.slice('/api/v3'.length) || '/' : url.pathname
  const text = await request.text()
  const log: LoggedRequest = {
    at: world.now(),
    api,
    method: request.method,
    path: path + url.search,
    operation: '',
    actor: 'anonymous',
    status: 0,
    body: text === '' ? undefined : safeParse(text),
  }
  requests.push(log)
  const answer = async (): Promise<Response> => {
    const actor = authenticate(world, request.headers.get('authorization') ?? undefined)
    log.actor = nameOf(actor)
    const resource = api === 'rest' ? 'core' : 'graphql'
    if (rateLimits.isExhausted(actor, resource) && path !== '/rate_limit') {
      const refusal = new Refusal(403, `API rate limit exceeded for ${log.actor}.`)
      return refusalAnswer(refusal, rateLimits.headers(actor, resource))
    }
    if (api === 'graphql') return serveGraphql(parts, actor, parseBody(text), log)
    return serveRest(
      parts,
      actor,
      { method: request.method, url, path, headers: request.headers, body: parseBody(text) },
      log,
    )
  }
  const guarded = async (): Promise<Response> => {
    try {
      return await answer()
    } catch (thrown) {
      if (thrown instanceof Refusal) return refusalAnswer(thrown)
      world.violations.push(
        `${log.method} ${log.path}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      )
      return jsonAnswer(500, { message: 'Server Error' })
    }
  }
  const fault = faults.take(log)
  const response =
    fault === undefined ? await guarded() : await goWrong(parts, fault, guarded, closing, log, outgoing)
  log.status = response.status
  return response
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

async function goWrong(
  { world }: ServerParts,
  fault: Fault,
  answer: () => Promise<Response>,
  closing: AbortSignal,
  log: LoggedRequest,
  outgoing: HttpBindings['outgoing'],
): Promise<Response> {
  if (fault.kind === 'slow') {
    await wait(fault.milliseconds)
    return answer()
  }
  const real = fault.afterwards === true || fault.kind === 'aborted-body' ? await answer() : undefined
  switch (fault.kind) {
    case 'status':
      return jsonAnswer(fault.status, {
        message: fault.message ?? (fault.status >= 500 ? 'Server Error' : 'Not Found'),
      })
    case 'time-out':
      if (!closing.aborted)
        await new Promise((resolve) => closing.addEventListener('abort', resolve, { once: true }))
      return jsonAnswer(504, { message: 'Closed' })
    case 'aborted-body':
      return breakOff(real ?? (await answer()), outgoing)
    case 'primary-rate-limit': {
      const reset = String(Math.floor(world.clock().getTime() / 1000) + 60)
      const headers = {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '5000',
        'x-ratelimit-reset': reset,
        'x-ratelimit-resource': log.api === 'graphql' ? 'graphql' : 'core',
      }
      return refusalAnswer(new Refusal(403, 'API rate limit exceeded for installation.'), headers)
    }
    case 'secondary-rate-limit':
      return refusalAnswer(
        new Refusal(
          403,
          'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        ),
        { 'retry-after': String(fault.retryAfter ?? 60) },
      )
  }
}

/** Sends half of an answer by hand, and breaks the connection. */
async function breakOff(real: Response, outgoing: HttpBindings['outgoing']): Promise<Response> {
  const bytes = Buffer.from(await real.arrayBuffer())
  outgoing.writeHead(real.status, { ...Object.fromEntries(real.headers), 'content-length': bytes.length })
  outgoing.write(bytes.subarray(0, bytes.length >> 1), () => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}

async function serveGitRequest(parts: ServerParts, request: Request): Promise<Response> {
  const { world, requests } = parts
  const url = new URL(request.url)
  const [, owner = '', name = '', path = ''] = /^\/([^/]+)\/([^/]+?)\.git(\/.*)$/.exec(url.pathname) ?? []
  const log: LoggedRequest = {
    at: world.now(),
    api: 'git',
    method: request.method,
    path: url.pathname + url.search,
    operation: url.searchParams.get('service') ?? path.slice(1),
    actor: 'anonymous',
    status: 0,
    body: undefined,
  }
  requests.push(log)
  const answer = async (): Promise<Response> => {
    const actor = authenticate(world, request.headers.get('authorization') ?? undefined)
    log.actor = nameOf(actor)
    const repository = world.repository(owner, name)
    if (repository === undefined)
      return actor.kind === 'anonymous'
        ? new Response('Authentication required\n', {
            status: 401,
            headers: { 'www-authenticate': 'Basic realm="GitHub"' },
          })
        : new Response('Repository not found.\n', { status: 404 })
    const body = Buffer.from(await request.arrayBuffer())
    const query = url.search.slice(1)
    return serveGit(parts, repository, actor, {
      method: request.method,
      path,
      query,
      headers: request.headers,
      body,
    })
  }
  const fault = parts.faults.take(log)
  try {
    const response =
      fault?.kind === 'status' ? new Response('Server Error\n', { status: fault.status }) : await answer()
    log.status = response.status
    return response
  } catch (thrown) {
    if (thrown instanceof Refusal)
      return new Response(`${thrown.message}\n`, {
        status: thrown.status,
        headers: { 'www-authenticate': 'Basic realm="GitHub"' },
      })
    throw thrown
  }
}

/** Everything this GitHub serves, at the addresses of a GitHub Enterprise Server. */
export function buildServer(parts: ServerParts, closing: AbortSignal): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.post('/api/graphql', (c) => serveApi(parts, c.req.raw, closing, 'graphql', c.env.outgoing))
  app.all('/api/v3', (c) => serveApi(parts, c.req.raw, closing, 'rest', c.env.outgoing))
  app.all('/api/v3/*', (c) => serveApi(parts, c.req.raw, closing, 'rest', c.env.outgoing))
  app.all('*', async (c, next) =>
    /^\/[^/]+\/[^/]+\.git\//.test(c.req.path) ? serveGitRequest(parts, c.req.raw) : next(),
  )
  app.route('/', pages(parts))
  app.onError((error) => {
    parts.world.violations.push(error.stack ?? error.message)
    return new Response('Server Error\n', { status: 500 })
  })
  return app
}

export interface Listening {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Listens on this machine only. */
export async function listen(parts: ServerParts, port: number): Promise<Listening> {
  const closing = new AbortController()
  const app = buildServer(parts, closing.signal)
  const server = createAdaptorServer({ fetch: app.fetch, createServer }) as ReturnType<
    typeof createServer<typeof IncomingMessage, typeof ServerResponse>
  >
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = async (): Promise<void> => {
    closing.abort()
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { port: (server.address() as AddressInfo).port, close }
}
