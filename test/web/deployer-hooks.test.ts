import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KnownCluster } from '../../src/clusters.ts'
import { objectKey, type ObjectName, type Observation } from '../../src/core/rollout/observation.ts'
import { deployerHooks } from '../../src/web/deployer-hooks.ts'
import { application } from '../core/rollout/objects.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never

/** The vector of notification-controller's own test of its forwarder. */
const key = '7152fed34dd6149a7c75a276c510da27cb6f82b0'
const body =
  '{"involvedObject":{"kind":"GitRepository","namespace":"gitops-system","name":"webapp"},"severity":"info","timestamp":"2022-09-30T06:40:29Z","message":"message","reason":"reason","metadata":{"test":"metadata"},"reportingController":"source-controller","reportingInstance":"source-controller-xyz"}'
const signature = 'sha256=65b018549b1254e7226d1c08f9567ee45bc9de0fc4e7b1a40253f9a018b08be7'

interface Told {
  readonly name: ObjectName
  readonly observation: Observation | undefined
}

function routes(clusters: readonly KnownCluster[], fails = false) {
  const told: Told[] = []
  const hooks = deployerHooks({
    clusters,
    now: () => new Date('2026-03-02T10:00:00Z'),
    tell: async (name, observation) => {
      if (fails) throw new Error('database is away')
      told.push({ name, observation })
    },
    log: silent,
  })
  const post = async (path: string, text: string, headers: Record<string, string> = {}) => {
    const answer = await hooks.request(path, { method: 'POST', body: text, headers })
    return { status: answer.status, body: await answer.json() }
  }
  return { told, post }
}

const eu: KnownCluster = { name: 'prod-eu', hookSecret: key }
const us: KnownCluster = { name: 'prod-us', hookSecret: 'another secret of a cluster', kubeconfig: '/k' }

describe('POST /hooks/flux', () => {
  test('takes the published vector, and knows the cluster by its key', async () => {
    const { told, post } = routes([us, eu])
    expect(await post('/hooks/flux', body, { 'x-signature': signature })).toEqual({
      status: 202,
      body: { cluster: 'prod-eu' },
    })
    expect(told.map(({ name }) => objectKey(name))).toEqual(['prod-eu: GitRepository gitops-system/webapp'])
    expect(told[0]?.observation).toMatchObject({ via: 'flux-event', at: '2022-09-30T06:40:29.000Z' })
  })
  test.each([
    ['no signature', {}],
    ['another signature', { 'x-signature': `sha256=${'0'.repeat(64)}` }],
    ['another hash', { 'x-signature': `sha1=${createHmac('sha1', key).update(body).digest('hex')}` }],
    ['the bare hash', { 'x-signature': signature.replace('sha256=', '') }],
    ['an empty one', { 'x-signature': 'sha256=' }],
  ])('refuses %s', async (_, headers) => {
    const { told, post } = routes([eu])
    expect((await post('/hooks/flux', body, headers)).status).toBe(401)
    expect(told).toEqual([])
  })
  test('verifies the bytes, not what they mean', async () => {
    const { post } = routes([eu])
    expect((await post('/hooks/flux', `${body}\n`, { 'x-signature': signature })).status).toBe(401)
  })
  test('refuses every call when no cluster has a secret', async () => {
    const { post } = routes([{ name: 'prod-eu', kubeconfig: '/k' }])
    const empty = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`
    expect((await post('/hooks/flux', body, { 'x-signature': empty })).status).toBe(401)
  })
  test('says what is wrong with a body that is no event', async () => {
    const { post } = routes([eu])
    const sign = (text: string) => ({
      'x-signature': `sha256=${createHmac('sha256', key).update(text).digest('hex')}`,
    })
    expect(await post('/hooks/flux', '{}', sign('{}'))).toEqual({
      status: 400,
      body: {
        error:
          'This is no event of Flux: involvedObject.kind is missing; expected the kind of a Kubernetes object.',
      },
    })
    expect((await post('/hooks/flux', 'not json', sign('not json'))).status).toBe(400)
  })
  test('asks for the event again when it could not be kept', async () => {
    const { post } = routes([eu], true)
    expect((await post('/hooks/flux', body, { 'x-signature': signature })).status).toBe(503)
  })
})

describe('POST /hooks/argocd', () => {
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  test('keeps the Application of a cluster that cannot be asked', async () => {
    const { told, post } = routes([eu])
    expect((await post('/hooks/argocd', JSON.stringify({ app: application }), bearer(key))).status).toBe(202)
    expect(told[0]?.observation).toEqual({
      via: 'object',
      cluster: 'prod-eu',
      at: '2026-03-02T10:00:00.000Z',
      object: application,
    })
  })
  test('only looks where the cluster can be asked', async () => {
    const { told, post } = routes([us])
    expect(
      (await post('/hooks/argocd', JSON.stringify(application), bearer(us.hookSecret ?? ''))).status,
    ).toBe(202)
    expect(told).toEqual([
      {
        name: { cluster: 'prod-us', kind: 'Application', namespace: 'argocd', name: 'web' },
        observation: undefined,
      },
    ])
  })
  test('refuses a wrong token, and what is no Application', async () => {
    const { post } = routes([eu])
    expect((await post('/hooks/argocd', '{}', bearer('wrong'))).status).toBe(401)
    expect((await post('/hooks/argocd', '{}')).status).toBe(401)
    expect((await post('/hooks/argocd', '{"kind":"Pod","metadata":{"name":"x"}}', bearer(key))).status).toBe(
      400,
    )
  })
  test('refuses what is larger than 5 MB', async () => {
    const { post } = routes([eu])
    expect((await post('/hooks/argocd', 'x'.repeat(5 * 1024 * 1024 + 1), bearer(key))).status).toBe(413)
  })
})
