import { Hono } from 'hono'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Store } from '../ports/store.ts'

/** `/healthz`: the process answers. `/readyz`: the database does too. `/metrics`: Prometheus. */
export function healthRoutes(store: Store): Hono {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'countersign_' })
  const routes = new Hono()
  routes.get('/healthz', (context) => context.json({ status: 'ok' }))
  routes.get('/readyz', async (context) => {
    try {
      await store.ping()
      return context.json({ status: 'ok' })
    } catch {
      return context.json({ status: 'the database does not answer' }, 503)
    }
  })
  routes.get('/metrics', async (context) =>
    context.text(await registry.metrics(), 200, { 'content-type': registry.contentType }),
  )
  return routes
}
