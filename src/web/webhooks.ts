import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Log } from '../log.ts'
import type { Store } from '../ports/store.ts'

/** GitHub sends no larger payload. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const payloadLimit = 25 * 1024 * 1024

/**
 * `POST /api/github/webhooks`: verify, keep, answer 202. Nothing else happens inside the request.
 * 400 what is not a delivery, 401 a wrong or missing signature, 413 too large, 503 when it could not be kept (GitHub then offers it again).
 */
export function webhookRoutes(options: {
  readonly verify: (body: string, signature: string) => Promise<boolean>
  readonly store: Store
  readonly wake: () => void
  readonly log: Log
}): Hono {
  const { verify, store, wake, log } = options
  const routes = new Hono()
  routes.use(
    '/api/github/webhooks',
    bodyLimit({
      maxSize: payloadLimit,
      onError: (context) => context.json({ error: 'The payload is larger than 25 MB.' }, 413),
    }),
  )
  routes.post('/api/github/webhooks', async (context) => {
    const id = context.req.header('x-github-delivery')
    const event = context.req.header('x-github-event')
    const signature = context.req.header('x-hub-signature-256')
    const body = await context.req.text()
    if (!signature || !(await verify(body, signature).catch(() => false))) {
      return context.json(
        { error: 'The signature does not match: check that the webhook secret is the same on both sides.' },
        401,
      )
    }
    if (!id || !event) {
      return context.json(
        { error: 'This is not a delivery: X-GitHub-Delivery and X-GitHub-Event are needed.' },
        400,
      )
    }
    const payload = parseJson(body)
    if (payload === undefined) return context.json({ error: 'The payload is not a JSON object.' }, 400)
    try {
      const kept = await store.saveDelivery({ id, event, payload })
      if (kept === 'new') wake()
      return context.json({ delivery: id, kept }, 202)
    } catch (error) {
      log.error({ delivery: id, event, err: error }, 'delivery could not be kept')
      return context.json({ error: 'The delivery could not be kept. GitHub can deliver it again.' }, 503)
    }
  })
  return routes
}

function parseJson(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
