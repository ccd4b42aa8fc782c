import { asPerson, indent, until, type Act } from './act.ts'

const base = 'deploy/bases/frontend/deployment.yaml'

/**
 * Plays one pull request from opened to merged: mallory bumps an image, is told who must sign, cannot sign herself, dana signs, mallory
 * asks for the merge, Countersign merges and records the deployments. Throws, saying what it waited for, when a step does not happen.
 */
export async function playJourney(act: Act): Promise<void> {
  const { github, stage, say } = act
  const [owner = '', repo = ''] = stage.repository.split('/')
  const at = { owner, repo }
  const as = (login: string) => asPerson(act, login)
  const alex = as('alex')

  say(`A GitHub runs on ${github.url}, with ${stage.repository} and the Countersign App installed.\n`)
  say('1. mallory changes an image in a base that staging and production share, and opens a pull request.')
  const { data } = await as('mallory').rest.repos.getContent({ ...at, path: base })
  const before = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  await github.commit(
    stage.repository,
    { [base]: before.replace('6.13.0', '6.14.1') },
    { by: 'mallory', branch: 'frontend-6.14.1', message: 'Frontend 6.14.1' },
  )
  const { data: pull } = await as('mallory').rest.pulls.create({
    ...at,
    title: 'Frontend 6.14.1',
    head: 'frontend-6.14.1',
    base: 'main',
  })
  say(`   ${pull.html_url}\n`)

  const check = async (): Promise<{ title: string; conclusion: string | null } | undefined> => {
    const { data: runs } = await alex.rest.checks.listForRef({
      ...at,
      ref: pull.head.sha,
      check_name: 'countersign',
    })
    const run = runs.check_runs[0]
    return run && { title: run.output.title ?? '', conclusion: run.conclusion }
  }
  const sees = async (
    what: string,
    holds: (seen: { title: string; conclusion: string | null }) => boolean,
  ): Promise<void> => {
    const started = Date.now()
    const seen = await until(what, async () => {
      const now = await check()
      return now !== undefined && holds(now) ? now : undefined
    })
    say(`   check: ${seen.title}  (${((Date.now() - started) / 1000).toFixed(1)} s)\n`)
  }
  await sees('the check to name who must sign', (seen) => seen.title.includes('release managers'))
  const comment = await until('the comment', async () => {
    const { data: comments } = await alex.rest.issues.listComments({ ...at, issue_number: pull.number })
    return comments.find((each) => each.user?.type === 'Bot')?.body
  })
  say(indent(comment))

  say('2. mallory asks for the merge at once. It is noted, and not done.')
  await as('mallory').rest.issues.createComment({ ...at, issue_number: pull.number, body: '/merge' })
  const reply = await until('the reply', async () => {
    const { data: comments } = await alex.rest.issues.listComments({ ...at, issue_number: pull.number })
    return comments.filter((each) => each.user?.type === 'Bot')[1]?.body
  })
  say(`   reply: ${reply}\n`)

  say(
    '3. dana, a release manager, approves with a GitHub review. Nobody does anything else: the merge was asked for.',
  )
  const signed = Date.now()
  await as('dana').rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'APPROVE' })
  const merged = await until('the merge', async () => {
    const { data: now } = await alex.rest.pulls.get({ ...at, pull_number: pull.number })
    return now.merged ? now : undefined
  })
  say(
    `   merged as ${merged.merge_commit_sha?.slice(0, 7)} by ${merged.merged_by?.login}  (${((Date.now() - signed) / 1000).toFixed(1)} s)`,
  )
  const { data: commit } = await alex.rest.repos.getCommit({ ...at, ref: merged.merge_commit_sha ?? '' })
  say(indent(commit.commit.message))

  const deployments = await until('the deployments', async () => {
    const { data: all } = await alex.rest.repos.listDeployments(at)
    return all.length === 2 ? all : undefined
  })
  say('4. GitHub knows where the merge goes:')
  for (const each of deployments)
    say(`   deployment of ${each.sha.slice(0, 7)} to ${each.environment}: ${each.description}`)
}
