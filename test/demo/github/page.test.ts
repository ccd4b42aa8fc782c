import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../demo/github/page/markdown.ts'
import { openChange, startGround, type Ground } from './ground.ts'

describe('local GitHub: the pages', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startGround()
    const { head } = await openChange(ground)
    await ground.github.check('acme/shop', head, ground.app, {
      name: 'countersign',
      status: 'in_progress',
      output: { title: 'Waiting for 1 of 2 approvals', summary: '**production** needs config owners' },
    })
    ground.github.comment(
      ground.github.pull('acme/shop', 1),
      'carol',
      '| environment | change |\n|---|---|\n| production | image |\n\n<details><summary>diff</summary>\n\n```diff\n-image: shop:1.0\n+image: shop:1.1\n```\n\n</details>\n\n<script>alert(1)</script>',
    )
  })
  afterAll(async () => {
    await ground.close()
  })

  const get = async (path: string, login = 'carol'): Promise<string> =>
    (await fetch(ground.github.url + path, { headers: { cookie: `login=${login}` } })).text()
  const press = (path: string, form: Record<string, string>, login = 'carol'): Promise<Response> =>
    fetch(ground.github.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: `login=${login}` },
      body: new URLSearchParams(form),
    })

  it('shows repositories, pull requests, comments, checks and files', async () => {
    expect(await get('/')).toContain('acme/shop')
    expect(await get('/', 'mallory')).not.toContain('acme/shop')
    expect(await get('/acme/shop')).toContain('Take shop 1.1')
    const page = await get('/acme/shop/pull/1')
    for (const part of [
      '<table>',
      '<summary>diff</summary>',
      '<span class="add">+image: shop:1.1</span>',
      'Waiting for 1 of 2 approvals',
      '<strong>production</strong>',
    ])
      expect(page).toContain(part)
    expect(page).not.toContain('<script>')
    expect(await get('/acme/shop/pull/1/files')).toContain('+image: shop:1.1')
    expect(
      (await fetch(`${ground.github.url}/acme/shop/pull/1`, { headers: { cookie: 'login=mallory' } })).status,
    ).toBe(404)
  })

  it('comments, reviews and merges as the person at the top, and shows a refusal', async () => {
    await press('/acme/shop/pull/1/comment', { body: 'From the page' })
    const own = await press('/acme/shop/pull/1/review?event=APPROVE', { body: '' }, 'bob')
    expect(own.headers.get('location')).toContain('Can%20not%20approve%20your%20own%20pull%20request')
    await press('/acme/shop/pull/1/review?event=APPROVE', { body: '' })
    await press('/acme/shop/pull/1/merge', {
      sha: ground.github.pull('acme/shop', 1).headSha,
      method: 'squash',
    })
    const page = await get('/acme/shop/pull/1')
    for (const part of ['From the page', 'approved these changes', 'badge merged'])
      expect(page).toContain(part)
    expect(ground.github.violations).toEqual([])
  })

  it.each([
    ['<img src=x onerror=alert(1)>', '<img src="x" />'],
    ['[x](javascript:alert(1))', '<p><a>x</a></p>\n'],
    ['<details open><summary>s</summary>t</details>', '<details open><summary>s</summary>t</details>'],
    ['```diff\n+<b>\n```', '<pre class="code"><code><span class="add">+&lt;b&gt;</span></code></pre>'],
  ])('renders %s safely', (text, html) => {
    expect(renderMarkdown(text)).toBe(html)
  })
})
