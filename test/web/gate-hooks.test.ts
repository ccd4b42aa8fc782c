import { describe, expect, test } from 'vitest'
import type { KnownCluster } from '../../src/clusters.ts'
import { objectKey } from '../../src/core/rollout/observation.ts'
import { gateHooks } from '../../src/web/gate-hooks.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never
const eu: KnownCluster = { name: 'prod-eu', hookSecret: 'the secret of this cluster' }
const secret = encodeURIComponent(eu.hookSecret ?? '')
const body = JSON.stringify({
  name: 'web',
  namespace: 'apps',
  phase: 'Progressing',
  checksum: '1',
  metadata: {},
})

function routes(open: boolean | 'fails') {
  const asked: string[] = []
  const nudged: string[] = []
  const hooks = gateHooks({
    clusters: [{ name: 'other', hookSecret: 'another secret of a cluster' }, eu],
    answer: async (gate, canary) => {
      asked.push(`${gate} ${objectKey(canary)}`)
      if (open === 'fails') throw new Error('database is away')
      return { open, reason: open ? 'let on' : 'waits' }
    },
    nudge: async (canary) => void nudged.push(objectKey(canary)),
    log: silent,
  })
  return { asked, nudged, hooks }
}

describe('POST /hooks/flagger', () => {
  test.each([
    ['confirm-rollout', true, 200, 'start'],
    ['confirm-traffic-increase', false, 403, 'traffic'],
    ['confirm-promotion', true, 200, 'promotion'],
    ['rollback', false, 403, 'rollback'],
    ['rollback', true, 200, 'rollback'],
    ['confirm-promotion', 'fails', 403, 'promotion'],
  ] as const)('%s, %s: %i', async (gate, open, status, kind) => {
    const { asked, hooks } = routes(open)
    const answer = await hooks.request(`/hooks/flagger/${gate}/${secret}`, { method: 'POST', body })
    expect(answer.status).toBe(status)
    expect(asked).toEqual([`${kind} prod-eu: Canary apps/web`])
  })
  test('says why it holds', async () => {
    const answer = await routes(false).hooks.request(`/hooks/flagger/confirm-promotion/${secret}`, {
      method: 'POST',
      body,
    })
    expect(await answer.text()).toBe('waits')
  })
  test('takes what Flagger only tells as a reason to look', async () => {
    const { asked, nudged, hooks } = routes(false)
    expect((await hooks.request(`/hooks/flagger/event/${secret}`, { method: 'POST', body })).status).toBe(200)
    expect([asked, nudged]).toEqual([[], ['prod-eu: Canary apps/web']])
  })
  test.each([
    ['/hooks/flagger/confirm-promotion/wrong', body, 401],
    [`/hooks/flagger/approve/${secret}`, body, 404],
    [`/hooks/flagger/confirm-promotion/${secret}`, '{}', 400],
    [`/hooks/flagger/confirm-promotion/${secret}`, 'no json', 400],
    [`/hooks/flagger/confirm-promotion/${secret}`, '{"name":"../x","namespace":"apps"}', 400],
  ])('holds what is not right: %s %s', async (path, text, status) => {
    const { asked, hooks } = routes(true)
    expect((await hooks.request(path, { method: 'POST', body: text })).status).toBe(status)
    expect(asked).toEqual([])
  })
})

describe('/hooks/rollouts', () => {
  const path = '/hooks/rollouts/promotion?namespace=apps&name=web'
  const headers = { authorization: `Bearer ${eu.hookSecret}` }
  test('answers as the web metric reads it', async () => {
    const { asked, hooks } = routes(true)
    expect(await (await hooks.request(path, { headers })).json()).toEqual({
      data: { ok: true, reason: 'let on' },
    })
    expect(asked).toEqual(['promotion prod-eu: Rollout apps/web'])
    expect(
      await (await routes('fails').hooks.request(path, { headers, method: 'POST' })).json(),
    ).toMatchObject({ data: { ok: false } })
  })
  test('refuses who is not known', async () => {
    expect((await routes(true).hooks.request(path)).status).toBe(401)
    expect(
      (await routes(true).hooks.request('/hooks/rollouts/other?namespace=a&name=b', { headers })).status,
    ).toBe(404)
    expect((await routes(true).hooks.request('/hooks/rollouts/promotion', { headers })).status).toBe(400)
  })
})
