import { Hono } from 'hono'
import type { KnownCluster } from '../clusters.ts'
import type { GateKind } from '../core/policy/policy.ts'
import { textAt } from '../core/rollout/json-at.ts'
import type { GateAnswer } from '../core/rollout/judge-gate.ts'
import type { ObjectName } from '../core/rollout/observation.ts'
import type { Log } from '../log.ts'
import { isSecret } from './deployer-hooks.ts'

/** Flagger's names of the gates. What it merely tells (`event`, `pre-rollout`, `rollout`, `post-rollout`) is answered with yes. */
const flaggerGates: Readonly<Record<string, GateKind | 'rollback' | 'told'>> = {
  'confirm-rollout': 'start',
  'confirm-traffic-increase': 'traffic',
  'confirm-promotion': 'promotion',
  rollback: 'rollback',
  'pre-rollout': 'told',
  rollout: 'told',
  'post-rollout': 'told',
  event: 'told',
}
const rolloutGates: readonly (GateKind | 'rollback')[] = ['start', 'traffic', 'promotion', 'rollback']

export interface GateHooks {
  readonly clusters: readonly KnownCluster[]
  readonly answer: (gate: GateKind | 'rollback', canary: ObjectName) => Promise<GateAnswer>
  /** Something happened to a canary: look. */
  readonly nudge: (canary: ObjectName) => Promise<void>
  readonly log: Log
}

/**
 * `POST /hooks/flagger/<gate>/<secret>`: Flagger has no way to show who it is, so the cluster's secret is in the path. 200 lets the canary on (for
 * `rollback`: takes it back), 403 holds it, with the reason as text. `GET` or `POST /hooks/rollouts/<gate>?namespace=&name=` with a bearer token: the web
 * metric of Argo Rollouts, `{"data":{"ok":true,"reason":"…"}}`. Whatever fails holds the gate.
 * https://docs.flagger.app/usage/webhooks · https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
 */
export function gateHooks({ clusters, answer, nudge, log }: GateHooks): Hono {
  const routes = new Hono()
  const judge = async (gate: GateKind | 'rollback', canary: ObjectName): Promise<GateAnswer> => {
    try {
      return await answer(gate, canary)
    } catch (error) {
      log.error({ cluster: canary.cluster, err: error }, 'gate could not be judged')
      return { open: false, reason: 'it could not be found out; asked again it may be' }
    }
  }
  routes.post('/hooks/flagger/:gate/:secret', async (context) => {
    const cluster = clusters.find(({ hookSecret }) => isSecret(context.req.param('secret'), hookSecret))
    if (cluster === undefined) return context.text('the secret in the path is of no known cluster', 401)
    const gate = flaggerGates[context.req.param('gate')]
    if (gate === undefined)
      return context.text(
        `there is no gate of this name; there are ${Object.keys(flaggerGates).join(', ')}`,
        404,
      )
    const canary = nameIn(cluster.name, 'Canary', await context.req.json().catch(() => undefined))
    if (canary === undefined) return context.text('expected name and namespace of a canary', 400)
    await nudge(canary).catch((error: unknown) => log.warn({ err: error }, 'canary could not be looked at'))
    if (gate === 'told') return context.text('noted', 200)
    const { open, reason } = await judge(gate, canary)
    return context.text(reason, open ? 200 : 403)
  })
  routes.on(['GET', 'POST'], '/hooks/rollouts/:gate', async (context) => {
    const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const cluster = clusters.find(({ hookSecret }) => isSecret(token, hookSecret))
    if (cluster === undefined) return context.json({ error: 'The bearer token is of no known cluster.' }, 401)
    const gate = rolloutGates.find((each) => each === context.req.param('gate'))
    if (gate === undefined) return context.json({ error: `There are ${rolloutGates.join(', ')}.` }, 404)
    const canary = nameIn(cluster.name, 'Rollout', context.req.query())
    if (canary === undefined) return context.json({ error: 'name and namespace are needed.' }, 400)
    const { open, reason } = await judge(gate, canary)
    return context.json({ data: { ok: open, reason } }, 200)
  })
  return routes
}

const name = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

function nameIn(cluster: string, kind: 'Canary' | 'Rollout', from: unknown): ObjectName | undefined {
  const [object, namespace] = [textAt(from, 'name'), textAt(from, 'namespace')]
  if (object === undefined || namespace === undefined) return undefined
  return name.test(object) && name.test(namespace) ? { cluster, kind, namespace, name: object } : undefined
}
