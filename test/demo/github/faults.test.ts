import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openChange, refusal, shop, startGround, type Ground } from './ground.ts'

describe('local GitHub: when things go wrong', () => {
  let ground: Ground
  beforeEach(async () => {
    ground = await startGround({ limits: { core: 40 } })
  })
  afterEach(async () => {
    await ground.close()
  })

  it('fails as often as it was told, before or after doing what was asked', async () => {
    const { github } = ground
    const { number, head } = await openChange(ground)
    github.faults.add({
      kind: 'status',
      status: 502,
      times: 2,
      when: ({ operation, path }) => operation === '' && path.startsWith('/repos/acme/shop/pulls'),
    })
    const bob = ground.as('bob')
    const statuses = []
    for (let round = 0; round < 3; round += 1)
      statuses.push(
        (await bob.pulls.get({ ...shop, pull_number: number }).catch((error: { status: number }) => error))
          .status,
      )
    expect(statuses).toEqual([502, 502, 200])
    github.faults.add({
      kind: 'status',
      status: 500,
      afterwards: true,
      when: ({ method }) => method === 'PUT',
    })
    expect(await refusal(bob.pulls.merge({ ...shop, pull_number: number, sha: head }))).toEqual({
      status: 500,
      message: 'Server Error',
    })
    expect(github.pull('acme/shop', number).mergedAt).not.toBeNull()
    expect(
      github.count(
        ({ operation, actor }) =>
          operation === 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge' && actor === 'bob',
      ),
    ).toBe(1)
  })

  it('is slow, breaks off in the middle, or never answers', async () => {
    const { github } = ground
    const ask = (): Promise<unknown> =>
      fetch(`${github.apiUrl}/repos/acme/shop`, {
        headers: { authorization: `token ${ground.tokens.bob ?? ''}` },
        signal: AbortSignal.timeout(400),
      }).then((answer) => answer.json())
    github.faults.add({ kind: 'slow', milliseconds: 100 })
    const started = performance.now()
    expect(await ask()).toMatchObject({ name: 'shop' })
    expect(performance.now() - started).toBeGreaterThan(95)
    github.faults.add({ kind: 'aborted-body' })
    await expect(ask()).rejects.toThrow()
    github.faults.add({ kind: 'time-out' })
    await expect(ask()).rejects.toThrow(/timeout/)
    expect(await ask()).toMatchObject({ name: 'shop' })
  })

  it('limits requests: on request, and when the hour is used up', async () => {
    const { github } = ground
    const bob = ground.as('bob')
    github.faults.add({ kind: 'primary-rate-limit' })
    github.faults.add({ kind: 'secondary-rate-limit', retryAfter: 7 })
    const first = await bob.repos
      .get(shop)
      .catch((error: { status: number; response: { headers: Record<string, string> } }) => error)
    const second = await bob.repos
      .get(shop)
      .catch((error: { status: number; response: { headers: Record<string, string> } }) => error)
    expect(first).toMatchObject({ status: 403, response: { headers: { 'x-ratelimit-remaining': '0' } } })
    expect(second).toMatchObject({ status: 403, response: { headers: { 'retry-after': '7' } } })
    for (let round = 0; round < 40; round += 1) await bob.repos.get(shop)
    expect(await refusal(bob.repos.get(shop))).toEqual({
      status: 403,
      message: 'API rate limit exceeded for bob.',
    })
    expect((await ground.as('carol').repos.get(shop)).headers['x-ratelimit-remaining']).toBe('39')
    expect((await bob.rateLimit.get()).data.rate.remaining).toBe(0)
  })

  it('drops, doubles, delays, holds and reorders deliveries', async () => {
    const { github, receiver } = ground
    const pull = github.pull('acme/shop', (await openChange(ground)).number)
    await github.webhooks.idle()
    receiver.received.length = 0
    const say = (body: string): unknown => github.comment(pull, 'bob', body)
    const bodies = (): unknown[] =>
      receiver.received.map(({ payload }) => (payload.comment as { body: string }).body)
    github.webhooks.drop()
    say('dropped')
    github.webhooks.double()
    say('doubled')
    github.webhooks.delay(80)
    say('late')
    say('overtakes')
    await github.webhooks.idle()
    expect(bodies()).toEqual(['doubled', 'doubled', 'overtakes', 'late'])
    receiver.received.length = 0
    github.webhooks.hold()
    for (const body of ['one', 'two', 'three']) say(body)
    github.webhooks.flush((held) => held.toReversed())
    await github.webhooks.idle()
    expect(bodies()).toEqual(['three', 'two', 'one'])
    expect(github.webhooks.deliveries.filter(({ state }) => state === 'dropped')).toHaveLength(1)
  })

  it('records deliveries, and sends one again when the App asks', async () => {
    const { github, receiver } = ground
    const pull = github.pull('acme/shop', (await openChange(ground)).number)
    await github.webhooks.idle()
    receiver.status = 500
    github.comment(pull, 'bob', 'hello')
    await github.webhooks.idle()
    receiver.status = 202
    const app = ground.asApp()
    const { data } = await app.apps.listWebhookDeliveries({ per_page: 5 })
    const failed = data.find(({ status_code }) => status_code === 500)
    if (failed === undefined) throw new Error('no failed delivery')
    await app.apps.redeliverWebhookDelivery({ delivery_id: failed.id })
    await github.webhooks.idle()
    const { data: again } = await app.apps.listWebhookDeliveries({ per_page: 1 })
    const { data: detail } = await app.apps.getWebhookDelivery({ delivery_id: again[0]?.id ?? 0 })
    expect([
      failed.event,
      again[0]?.guid === failed.guid,
      again[0]?.redelivery,
      detail.status_code,
      detail.request.payload?.action,
    ]).toEqual(['issue_comment', true, true, 202, 'created'])
    expect(receiver.received.at(-1)?.headers['x-github-delivery']).toBe(failed.guid)
    expect(github.violations).toEqual([])
  })

  it('tells an App only what it subscribed to and may know', async () => {
    const { github, receiver } = ground
    const deaf = github.registerApp(
      { name: 'deaf', permissions: { contents: 'read' }, events: ['push', 'issue_comment'] },
      { owner: 'acme', webhookUrl: receiver.url },
    )
    github.install(deaf, 'acme')
    await openChange(ground)
    github.comment(github.pull('acme/shop', 1), 'bob', 'hello')
    await github.webhooks.idle()
    expect(github.webhooks.deliveries.filter(({ app }) => app === deaf).map(({ event }) => event)).toEqual([
      'ping',
      'installation',
      'push',
    ])
  })
})
