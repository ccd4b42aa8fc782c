import type { Octokit } from '@octokit/rest'
import { asPerson, indent, until, type Act } from './act.ts'

const staging = 'deploy/api/staging/kustomization.yaml'

/**
 * Plays what follows merges: the first change becomes healthy; a new API goes through a canary in staging, soaks, and is promoted to production with a
 * signature; the next one breaks there and is taken back. Throws, saying what it waited for, when a step does not happen.
 */
export async function playFollowing(act: Act): Promise<void> {
  const { stage, say } = act
  const [owner = '', repo = ''] = stage.repository.split('/')
  const at = { owner, repo }
  const alex = asPerson(act, 'alex')
  const sticky = async (number: number): Promise<string> => {
    const { data } = await alex.rest.issues.listComments({ ...at, issue_number: number })
    return data.find((each) => each.body?.includes('countersign:sticky'))?.body ?? ''
  }
  const titled = (number: number, words: string): Promise<string> =>
    until(`the comment of #${number} to say "${words}"`, async () => {
      const body = await sticky(number)
      return body.split('<details>')[0]?.includes(words) === true ? body : undefined
    })
  const title = (body: string): string => /^### (.+)$/m.exec(body)?.[1] ?? ''

  say(
    '5. Flux and Argo CD deploy it (a stand-in here, which applies nothing). Countersign follows, and says it in the comment.',
  )
  const [first] = (await alex.rest.pulls.list({ ...at, state: 'closed' })).data
  const healthy = await titled(first?.number ?? 1, 'healthy in production, staging')
  say(indent(healthy.split('<details>')[0] ?? ''))

  say(
    '6. mallory bumps the API in staging. Nobody has to sign there; Flagger stops its canary before it is promoted.',
  )
  const api = await openBump(act, alex, '3.2.0', '3.3.0')
  await merged(alex, at, api)
  say(`   comment: ${title(await titled(api, 'waiting at a gate'))}`)
  await asPerson(act, 'dana').rest.issues.createComment({ ...at, issue_number: api, body: '/promote canary' })
  say('   dana: /promote canary')
  say(`   comment: ${title(await titled(api, 'healthy in api-staging'))}\n`)

  say(
    '7. Healthy for three seconds, it is proposed to production. mallory made it, so she cannot sign it; dana does.',
  )
  const promotion = await opened(alex, at, /^Promote /)
  say(`   pull request #${promotion.number}: ${promotion.title}`)
  const { data: files } = await alex.rest.pulls.listFiles({ ...at, pull_number: promotion.number })
  say(indent(files.map(({ filename, patch }) => `${filename}\n${patch ?? ''}`).join('\n')))
  await asPerson(act, 'dana').rest.pulls.createReview({
    ...at,
    pull_number: promotion.number,
    event: 'APPROVE',
  })
  await merged(alex, at, promotion.number)
  say(`   comment: ${title(await titled(promotion.number, 'healthy in api-production'))}\n`)

  say('8. A version that never becomes healthy in production is taken back: one signature, also in a freeze.')
  const direct = await openBump(
    act,
    alex,
    '3.3.0',
    '3.4.0-broken',
    'deploy/api/production/kustomization.yaml',
  )
  await asPerson(act, 'lee').rest.pulls.createReview({ ...at, pull_number: direct, event: 'APPROVE' })
  await merged(alex, at, direct)
  say(`   comment: ${title(await titled(direct, 'api-production is failed'))}`)
  const rollback = await opened(alex, at, /^Roll back api-production/)
  say(`   pull request #${rollback.number}: ${rollback.title}`)
  say(indent(rollback.body.split('\n').slice(0, 4).join('\n')))
  await asPerson(act, 'dana').rest.pulls.createReview({
    ...at,
    pull_number: rollback.number,
    event: 'APPROVE',
  })
  await merged(alex, at, rollback.number)
  say(`   comment: ${title(await titled(rollback.number, 'healthy in api-production'))}`)
}

async function openBump(act: Act, alex: Octokit, from: string, to: string, path = staging): Promise<number> {
  const [owner = '', repo = ''] = act.stage.repository.split('/')
  const { data } = await alex.rest.repos.getContent({ owner, repo, path })
  const text = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  const branch = `api-${to}-${path.includes('staging') ? 'staging' : 'production'}`
  const change = { [path]: text.replace(`newTag: ${from}`, `newTag: ${to}`) }
  await act.github.commit(act.stage.repository, change, { by: 'mallory', branch, message: `API ${to}` })
  const { data: pull } = await asPerson(act, 'mallory').rest.pulls.create({
    owner,
    repo,
    title: `API ${to}`,
    head: branch,
    base: 'main',
  })
  act.say(`   ${pull.html_url}`)
  return pull.number
}

async function merged(alex: Octokit, at: { owner: string; repo: string }, number: number): Promise<void> {
  await until(`the merge of #${number}`, async () => {
    const { data } = await alex.rest.pulls.get({ ...at, pull_number: number })
    return data.merged ? true : undefined
  })
}

async function opened(
  alex: Octokit,
  at: { owner: string; repo: string },
  title: RegExp,
): Promise<{ readonly number: number; readonly title: string; readonly body: string }> {
  const found = await until(`a pull request ${title}`, async () => {
    const { data } = await alex.rest.pulls.list({ ...at, state: 'open' })
    return data.find((each) => title.test(each.title))
  })
  return { number: found.number, title: found.title, body: found.body ?? '' }
}
