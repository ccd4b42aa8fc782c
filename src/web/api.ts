import { Hono } from 'hono'
import { describeHistory } from '../core/rollout/history.ts'
import type { Store } from '../ports/store.ts'
import { apiDescription } from './api-schema.ts'
import { isSecret } from './deployer-hooks.ts'

/** What is live is looked for among so many deployments. */
const mostDeployments = 1000

export interface Api {
  /** Undefined: there is no API. */
  readonly token: string | undefined
  readonly store: Pick<Store, 'deployments'>
}

/**
 * `GET /api/v1/repositories/{owner}/{repo}/deployments`, with `Authorization: Bearer <token>`, and its description for programs at
 * `/api/v1/openapi.json`, which needs none. 400, 401 and 500 have `{ "error": … }`.
 */
export function apiRoutes({ token, store }: Api): Hono {
  const routes = new Hono()
  if (token === undefined) return routes
  routes.get('/api/v1/openapi.json', (context) => context.json(apiDescription))
  routes.get('/api/v1/repositories/:owner/:repo/deployments', async (context) => {
    const given = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (!isSecret(given, token))
      return context.json({ error: 'The bearer token is missing or wrong.' }, 401, {
        'www-authenticate': 'Bearer',
      })
    const { owner, repo } = context.req.param()
    const environment = context.req.query('environment')
    const limit = Number(context.req.query('limit') ?? 30)
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      return context.json({ error: 'limit is a whole number from 1 to 100.' }, 400)
    const repository = `${owner}/${repo}`
    const recorded = await store.deployments(repository, {
      limit: mostDeployments,
      ...(environment === undefined ? {} : { environment }),
    })
    return context.json(describeHistory(repository, recorded, limit), 200, { 'cache-control': 'no-store' })
  })
  return routes
}
