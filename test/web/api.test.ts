import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { newRollout } from '../../src/core/rollout/rollout.ts'
import type { DeploymentRecord, Store } from '../../src/ports/store.ts'
import { readServerSettings } from '../../src/settings.ts'
import { apiRoutes } from '../../src/web/api.ts'

const token = 'a token of twenty characters and more'
const record: DeploymentRecord = {
  repository: 'acme/shop',
  environment: 'production',
  sha: 'abc',
  base: 'def',
  pull: 7,
  installation: 1,
  githubId: 5,
  mergedAt: '2026-03-02T10:00:00.000Z',
  mergedBy: null,
  digest: 'sha256:1',
  classes: ['image'],
  signatures: [{ rule: 'release', people: ['dana'] }],
  rollout: {
    ...newRollout('2026-03-02T10:00:00.000Z', undefined),
    state: 'healthy',
    sentence: 'healthy',
    objects: [
      {
        cluster: 'prod-eu',
        kind: 'Application',
        namespace: 'argocd',
        name: 'shop',
        state: 'healthy',
        sentence: 'is healthy',
        since: '2026-03-02T10:05:00.000Z',
        wasHealthy: true,
      },
    ],
  },
}

function get(path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) {
  const asked: unknown[] = []
  const deployments: Store['deployments'] = async (repository, filter) => {
    asked.push([repository, filter])
    const waiting = { ...record, pull: 9, rollout: newRollout('2026-03-03T10:00:00.000Z', undefined) }
    return [waiting, record]
  }
  const answer = apiRoutes({ token, store: { deployments } }).request(path, { headers })
  return { asked, answer }
}
const path = '/api/v1/repositories/acme/shop/deployments'

interface Description {
  openapi: string
  paths: Record<
    string,
    { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }
  >
}

describe('GET /api/v1/repositories/{owner}/{repo}/deployments', () => {
  test('answers what is live and what was deployed, as its description says', async () => {
    const { asked, answer } = get(`${path}?environment=production&limit=1`)
    const { status, headers } = await answer
    const body = (await (await answer).json()) as { environments: { live: { pull: number } }[] }
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(asked).toEqual([['acme/shop', { environment: 'production', limit: 1000 }]])
    expect(body).toMatchObject({ version: 1, deployments: [{ pull: 9, state: 'waiting' }] })
    expect(body.environments).toMatchObject([
      { name: 'production', live: { pull: 7, signatures: [{ people: ['dana'] }] }, newer: [{ pull: 9 }] },
    ])
    const description = (await (await get('/api/v1/openapi.json', {}).answer).json()) as Description
    expect(description.openapi).toBe('3.1.0')
    const operation = description.paths['/api/v1/repositories/{owner}/{repo}/deployments']?.get
    const schema = operation?.responses['200']?.content['application/json']?.schema ?? {}
    const ajv = new Ajv2020({ strict: true, allErrors: true })
    addFormats.default(ajv)
    const validate = ajv.compile(schema)
    expect([validate(body), validate.errors]).toEqual([true, null])
    expect(validate({ ...body, more: 1 })).toBe(false)
    expect(JSON.stringify(body)).not.toContain('installation')
  })

  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['another one', { authorization: 'Bearer another' }],
    ['another scheme', { authorization: `Basic ${token}` }],
    ['the start of it', { authorization: `Bearer ${token.slice(0, -1)}` }],
  ])('refuses %s', async (_, headers) => {
    const { asked, answer } = get(path, headers)
    const { status } = await answer
    expect([status, asked]).toEqual([401, []])
    expect((await answer).headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each(['0', '101', 'ten', '1.5'])('refuses limit=%s', async (limit) => {
    expect((await get(`${path}?limit=${limit}`).answer).status).toBe(400)
  })
})

test('the description is a document of OpenAPI 3.1 in which every path parameter is declared', async () => {
  const { apiDescription } = await import('../../src/web/api-schema.ts')
  expect([apiDescription.info.title, apiDescription.info.version]).toEqual(['Countersign', '1'])
  for (const [name, { get: operation }] of Object.entries(apiDescription.paths)) {
    const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, each]) => each)
    const declared = operation.parameters as readonly { name: string; in: string; required: boolean }[]
    expect(declared.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(named)
    expect(declared.every((each) => each.required === (each.in === 'path'))).toBe(true)
    for (const response of Object.values(operation.responses))
      expect(Object.keys(response)).toEqual(['description', 'content'])
  }
  expect(Object.keys(apiDescription.components.securitySchemes)).toEqual(
    Object.keys(apiDescription.security[0]),
  )
})

describe('COUNTERSIGN_API_TOKEN', () => {
  test.each([path, '/api/v1/openapi.json'])('without it there is no %s', async (each) => {
    const routes = apiRoutes({ token: undefined, store: { deployments: async () => [record] } })
    const answer = await routes.request(each, { headers: { authorization: 'Bearer undefined' } })
    expect(answer.status).toBe(404)
  })

  test('is taken when it is long enough, and absent by default', () => {
    expect(readServerSettings({ COUNTERSIGN_API_TOKEN: token }).apiToken).toBe(token)
    expect(readServerSettings({ COUNTERSIGN_API_TOKEN: '' }).apiToken).toBeUndefined()
    expect(() => readServerSettings({ COUNTERSIGN_API_TOKEN: 'short' })).toThrow('shorter than 20 characters')
  })
})
