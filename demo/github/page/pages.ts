import { Hono, type Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { addComment } from '../operations/comment.ts'
import { changePull, setDraft } from '../operations/change-pull.ts'
import { mergePull } from '../operations/merge-pull.ts'
import type { MergeMethod } from '../operations/make-merge.ts'
import { submitReview } from '../operations/review-pull.ts'
import type { Services } from '../services.ts'
import type { Account, Pull, Repository } from '../world/model.ts'
import { atLeast, demandAccess, roleOf } from '../world/people.ts'
import { notFound, Refusal } from '../world/refusal.ts'
import { layout, ago, type Html } from './layout.ts'
import { badge, filesPage, pullPage } from './pull-page.ts'

const dots = ['#0969da', '#1a7f37', '#8250df', '#bf3989', '#9a6700', '#cf222e']

function peopleOf({ world }: Services): Account[] {
  return [...world.accounts.values()].filter(
    (account) => account.type === 'User' && account.login !== 'web-flow',
  )
}

/** A field of a form; files and lists are nothing here. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Who looks at the page: the cookie's person, else the first there is. */
function meOf(services: Services, c: Context): Account | null {
  const account = services.world.account(getCookie(c, 'login') ?? '')
  return account?.type === 'User' ? account : (peopleOf(services)[0] ?? null)
}

function repositoryOf(services: Services, c: Context): Repository {
  const repository = services.world.repository(c.req.param('owner') ?? '', c.req.param('repo') ?? '')
  const me = meOf(services, c)
  if (
    repository === undefined ||
    (repository.private && (me === null || !atLeast(roleOf(me, repository), 'read')))
  )
    throw notFound()
  return repository
}

function pullOf(services: Services, c: Context): Pull {
  const pull = repositoryOf(services, c).pulls.get(Number(c.req.param('number')))
  if (pull === undefined) throw notFound()
  return pull
}

function show(
  services: Services,
  c: Context,
  title: string,
  content: Html,
  notice?: string,
): Response | Promise<Response> {
  const here = new URL(c.req.url).pathname
  return c.html(layout({ title, me: meOf(services, c), people: peopleOf(services), here, notice }, content))
}

function frontPage(services: Services, me: Account | null): Html {
  const visible = [...services.world.repositories.values()].filter(
    (each) => !each.private || (me !== null && atLeast(roleOf(me, each), 'read')),
  )
  const rows = visible.map((each) => {
    const open = [...each.pulls.values()].filter((pull) => pull.state === 'open').length
    return html`<div class="row">
      <a href="/${each.fullName}"><strong>${each.fullName}</strong></a
      ><span class="mute">${each.description ?? ''}</span><span class="end mute">${open} open</span>
    </div>`
  })
  return html`<h1>Repositories</h1>
    <div class="box">${rows.length === 0 ? html`<div class="row mute">Nothing here yet.</div>` : rows}</div>`
}

async function repositoryPage({ world }: Services, repository: Repository): Promise<Html> {
  const pulls = [...repository.pulls.values()].reverse()
  const rows = pulls.map(
    (pull) =>
      html`<div class="row">
        ${badge(pull)}<a href="/${repository.fullName}/pull/${pull.number}"><strong>${pull.title}</strong></a
        ><span class="mute end"
          >#${pull.number} by ${pull.user.login}, ${ago(pull.updatedAt, world.now())}</span
        >
      </div>`,
  )
  const tip = repository.git.branch(repository.defaultBranch)
  const commits =
    tip === undefined
      ? []
      : await repository.git.commits(await repository.git.history(tip, { limit: 10, skip: 0 }))
  const log = commits.map(
    (commit) =>
      html`<div class="row">
        <code>${commit.sha.slice(0, 7)}</code><span>${commit.message.split('\n')[0] ?? ''}</span
        ><span class="mute end">${commit.author.name}</span>
      </div>`,
  )
  const deployments = [...repository.deployments].reverse().slice(0, 10)
  const deployed = deployments.map(
    (each) =>
      html`<div class="row">
        <span class="dot ${each.statuses.at(-1)?.state === 'success' ? 'success' : ''}"></span
        ><strong>${each.environment}</strong><code>${each.sha.slice(0, 7)}</code
        ><span>${each.statuses.at(-1)?.state ?? 'pending'}</span
        ><span class="mute end">${ago(each.createdAt, world.now())}</span>
      </div>`,
  )
  return html`<h1>${repository.fullName}</h1>
    <p class="mute">git clone ${world.origin}/${repository.fullName}.git</p>
    <h2>Pull requests</h2>
    <div class="box">${rows.length === 0 ? html`<div class="row mute">None yet.</div>` : rows}</div>
    <h2>${repository.defaultBranch}</h2>
    <div class="box">${log}</div>
    ${
      deployed.length === 0
        ? ''
        : html`<h2>Deployments</h2>
            <div class="box">${deployed}</div>`
    }`
}

type Act = (pull: Pull, me: Account, form: (name: string) => string, c: Context) => Promise<unknown>

/** What the buttons do: exactly what the API does, as the person at the top. */
function actions(services: Services): Readonly<Record<string, Act>> {
  return {
    comment: async (pull, me, form) => addComment(services, pull, me, form('body')),
    review: (pull, me, form, c) =>
      submitReview(services, pull, me, {
        event: c.req.query('event') as 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
        body: form('body'),
      }),
    merge: (pull, me, form) => {
      demandAccess({ kind: 'person', account: me }, pull.repository, 'write', 'contents:write')
      return mergePull(
        services,
        pull,
        { kind: 'person', account: me },
        { sha: form('sha'), method: form('method') as MergeMethod },
      )
    },
    close: (pull, me) => changePull(services, pull, me, { state: 'closed' }),
    reopen: (pull, me) => changePull(services, pull, me, { state: 'open' }),
    ready: (pull, me) => setDraft(services, pull, me, false),
    draft: (pull, me) => setDraft(services, pull, me, true),
  }
}

function avatar(id: string): Response {
  const colour = dots[Number(id) % dots.length] ?? '#0969da'
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20" fill="${colour}"/></svg>`
  return new Response(image, { headers: { 'content-type': 'image/svg+xml' } })
}

/** The small site for people. */
export function pages(services: Services): Hono {
  const app = new Hono()
  const acts = actions(services)
  app.get('/', (c) => show(services, c, 'Local GitHub', frontPage(services, meOf(services, c))))
  app.get('/avatars/:id', (c) => avatar(c.req.param('id')))
  app.post('/session', async (c) => {
    const form = await c.req.parseBody()
    setCookie(c, 'login', textOf(form.login), { sameSite: 'Strict', httpOnly: true, path: '/' })
    const back = textOf(form.back)
    return c.redirect(/^\/(?!\/)/.test(back) ? back : '/', 303)
  })
  app.get('/:owner/:repo', async (c) =>
    show(services, c, c.req.param('repo'), await repositoryPage(services, repositoryOf(services, c))),
  )
  app.get('/:owner/:repo/pull/:number', async (c) => {
    const pull = pullOf(services, c)
    return show(
      services,
      c,
      `${pull.title} #${pull.number}`,
      await pullPage(services.world, pull, meOf(services, c)),
      c.req.query('notice'),
    )
  })
  app.get('/:owner/:repo/pull/:number/files', async (c) => {
    const pull = pullOf(services, c)
    return show(services, c, `${pull.title} #${pull.number}`, await filesPage(pull))
  })
  app.post('/:owner/:repo/pull/:number/:act', async (c) => {
    const pull = pullOf(services, c)
    const me = meOf(services, c)
    const act = acts[c.req.param('act')]
    if (me === null || act === undefined) throw notFound()
    const form = await c.req.parseBody()
    const page = `/${pull.repository.fullName}/pull/${pull.number}`
    try {
      await act(pull, me, (name) => textOf(form[name]), c)
      return c.redirect(page, 303)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const detail = thrown.errors
        ?.map((error) => (typeof error === 'string' ? error : (error.message ?? error.code)))
        .join(', ')
      return c.redirect(`${page}?notice=${encodeURIComponent(detail ?? thrown.message)}`, 303)
    }
  })
  app.notFound((c) => c.html(html`<p>There is nothing here.</p>`, 404))
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.html(html`<p>There is nothing here that you can see.</p>`, 404)
    throw error
  })
  return app
}
