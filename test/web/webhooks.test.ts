import { sign, verify } from '@octokit/webhooks-methods'
import { describe, expect, it } from 'vitest'
import type { Delivery, Store } from '../../src/ports/store.ts'
import { webhookRoutes } from '../../src/web/webhooks.ts'

const secret = 'a secret'
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function build(options: { readonly broken?: boolean } = {}) {
  const kept: Delivery[] = []
  let woken = 0
  const saveDelivery = async (delivery: Delivery): Promise<'new' | 'known'> => {
    if (options.broken === true) throw new Error('the database is gone')
    const known = kept.some((each) => each.id === delivery.id)
    if (!known) kept.push(delivery)
    return known ? 'known' : 'new'
  }
  const routes = webhookRoutes({
    verify: (body, signature) => verify(secret, body, signature),
    store: { saveDelivery } as Store,
    wake: () => woken++,
    log: silent,
  })
  const offer = async (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    routes.request('/api/github/webhooks', {
      method: 'POST',
      body,
      headers: {
        'x-github-delivery': 'd-1',
        'x-github-event': 'pull_request',
        'x-hub-signature-256': await sign(secret, body === '' ? ' ' : body),
        ...headers,
      },
    })
  return { kept, offer, woken: () => woken }
}

describe('POST /api/github/webhooks', () => {
  it('keeps a delivery once, answers 202 and wakes the drain once', async () => {
    const { kept, offer, woken } = build()
    const body = JSON.stringify({ action: 'opened' })
    const first = await offer(body)
    expect([first.status, await first.json()]).toEqual([202, { delivery: 'd-1', kept: 'new' }])
    const second = await offer(body)
    expect([second.status, await second.json()]).toEqual([202, { delivery: 'd-1', kept: 'known' }])
    expect(kept).toEqual([{ id: 'd-1', event: 'pull_request', payload: { action: 'opened' } }])
    expect(woken()).toBe(1)
  })

  it('keeps events it does not know: what is made of them is decided later', async () => {
    const { kept, offer } = build()
    expect((await offer('{}', { 'x-github-event': 'an_event_of_tomorrow' })).status).toBe(202)
    expect(kept).toHaveLength(1)
  })

  it('takes a payload of 5 MB', async () => {
    const { kept, offer } = build()
    expect((await offer(JSON.stringify({ text: 'x'.repeat(5_000_000) }))).status).toBe(202)
    expect(kept).toHaveLength(1)
  })

  it.each([
    ['a wrong signature', '{}', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, 401],
    ['a signature of another body', '{"a":1}', { 'x-hub-signature-256': 'sha256=abc' }, 401],
    ['no signature', '{}', { 'x-hub-signature-256': '' }, 401],
    ['no delivery id', '{}', { 'x-github-delivery': '' }, 400],
    ['what is not JSON', '{"a":', {}, 400],
    ['what is not an object', '[]', {}, 400],
  ])('refuses %s and keeps nothing', async (_, body, headers, status) => {
    const { kept, offer } = build()
    const answer = await offer(body, headers)
    expect(answer.status).toBe(status)
    expect(((await answer.json()) as { error: string }).error).toMatch(/\.$/)
    expect(kept).toEqual([])
  })

  it('answers 413 to more than GitHub ever sends', async () => {
    const { offer } = build()
    expect((await offer(`{"text":"${'x'.repeat(26 * 1024 * 1024)}"}`)).status).toBe(413)
  })

  it('answers 503 when it could not be kept, so that GitHub offers it again', async () => {
    const { offer } = build({ broken: true })
    expect((await offer('{}')).status).toBe(503)
  })
})
