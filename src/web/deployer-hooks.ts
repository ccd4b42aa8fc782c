import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { KnownCluster } from '../clusters.ts'
import { jsonAt, textAt } from '../core/rollout/json-at.ts'
import { nameOf } from '../core/rollout/match-object.ts'
import type { ObjectName, Observation } from '../core/rollout/observation.ts'
import { parseFluxEvent } from '../core/rollout/read-flux-event.ts'
import type { Log } from '../log.ts'

/** An event of Flux has at most 39,000 characters of message; an Application with thousands of resources is larger. */
const payloadLimit = 5 * 1024 * 1024

export interface DeployerHooks {
  readonly clusters: readonly KnownCluster[]
  readonly now: () => Date
  /** Keeps what was told, and looks at the deployments that it may concern. `undefined`: only look. */
  readonly tell: (name: ObjectName, observation: Observation | undefined) => Promise<void>
  readonly log: Log
}

/**
 * `POST /hooks/flux`: an event of notification-controller, `generic-hmac`: `X-Signature: sha256=<hex>` over the raw body, by the cluster's secret.
 * `POST /hooks/argocd`: `{{toJson .app}}` of Argo CD notifications with `Authorization: Bearer <secret>`; nothing there can sign, so what it says is
 * believed only where Countersign cannot ask the cluster itself.
 * 202 kept, 400 what is not such a message, 401 no cluster's secret, 413 too large, 503 not kept.
 * https://fluxcd.io/flux/components/notification/providers/#generic-webhook-with-hmac · https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
 */
export function deployerHooks(options: DeployerHooks): Hono {
  const { clusters, now, tell, log } = options
  const routes = new Hono()
  routes.use(
    '/hooks/*',
    bodyLimit({
      maxSize: payloadLimit,
      onError: (context) => context.json({ error: 'The message is larger than 5 MB.' }, 413),
    }),
  )
  const keep = async (name: ObjectName, observation: Observation | undefined): Promise<boolean> => {
    try {
      await tell(name, observation)
      return true
    } catch (error) {
      log.error({ cluster: name.cluster, err: error }, 'message of a deployer could not be kept')
      return false
    }
  }

  routes.post('/hooks/flux', async (context) => {
    const raw = Buffer.from(await context.req.arrayBuffer())
    const cluster = clusters.find(({ hookSecret }) =>
      isSigned(raw, context.req.header('x-signature'), hookSecret),
    )
    if (cluster === undefined)
      return context.json(
        {
          error:
            'The signature is of no known cluster. Set the provider to generic-hmac, with the token of hook-secret-file.',
        },
        401,
      )
    const event = parseFluxEvent(parseJson(raw))
    if ('problem' in event) return context.json({ error: `This is no event of Flux: ${event.problem}.` }, 400)
    const name = { cluster: cluster.name, ...event.object }
    const at = event.at < now().toISOString() ? event.at : now().toISOString()
    const kept = await keep(name, { via: 'flux-event', cluster: cluster.name, at, event })
    return kept ? context.json({ cluster: cluster.name }, 202) : notKept(context)
  })

  routes.post('/hooks/argocd', async (context) => {
    const raw = Buffer.from(await context.req.arrayBuffer())
    const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const cluster = clusters.find(({ hookSecret }) => isSecret(token, hookSecret))
    if (cluster === undefined)
      return context.json(
        { error: 'The bearer token is of no known cluster. It is what hook-secret-file holds.' },
        401,
      )
    const body = parseJson(raw)
    const object = jsonAt(body, 'app') ?? body
    const name = nameOf(cluster.name, object)
    if (name === undefined || textAt(object, 'kind') !== 'Application')
      return context.json({ error: 'This is no Application. The template’s body is {{toJson .app}}.' }, 400)
    const canAsk = cluster.kubeconfig !== undefined || cluster.argocd !== undefined
    const at = now().toISOString()
    const kept = await keep(name, canAsk ? undefined : { via: 'object', cluster: cluster.name, at, object })
    return kept ? context.json({ cluster: cluster.name }, 202) : notKept(context)
  })
  return routes
}

function notKept(context: { json: (body: object, status: 503) => Response }): Response {
  return context.json({ error: 'The message could not be kept. Send it again.' }, 503)
}

/** Only sha256, over the bytes as they came, in constant time. */
function isSigned(raw: Buffer, header: string | undefined, secret: string | undefined): boolean {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1]
  if (given === undefined || secret === undefined) return false
  const expected = createHmac('sha256', secret).update(raw).digest()
  return timingSafeEqual(expected, Buffer.from(given, 'hex'))
}

/** Whether a text is the secret, in constant time whatever its length. */
export function isSecret(given: string | undefined, secret: string | undefined): boolean {
  if (given === undefined || secret === undefined) return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
