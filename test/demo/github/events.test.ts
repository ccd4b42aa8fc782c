import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChange, shop, startGround, type Ground } from './ground.ts'

const everything = {
  name: 'all-ears',
  permissions: {
    checks: 'write',
    contents: 'write',
    deployments: 'write',
    issues: 'write',
    members: 'read',
    pull_requests: 'write',
    statuses: 'read',
  },
  events: [
    'check_run',
    'check_suite',
    'deployment',
    'deployment_status',
    'issue_comment',
    'member',
    'membership',
    'organization',
    'pull_request',
    'pull_request_review',
    'push',
    'repository',
    'status',
    'team',
    'team_add',
  ],
} as const

describe('local GitHub: every event, by the webhook schemas', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startGround()
  })
  afterAll(async () => {
    await ground.close()
  })

  it('tells of each with a payload that the schema allows', async () => {
    const { github, receiver } = ground
    const ears = github.registerApp(everything, { owner: 'acme', webhookUrl: receiver.url })
    const installation = github.install(ears, 'acme')
    const acme = github.services.world.organization('acme')
    if (acme === undefined) throw new Error('no acme')
    const bob = ground.as('bob')

    const parent = github.createTeam(acme, 'Parent')
    const team = github.createTeam(acme, 'Child', { parent, members: ['mallory'] })
    github.setTeamRole(team, 'acme/shop', 'write')
    github.setTeamRole(team, 'acme/shop', null)
    github.removeTeamMember(team, 'mallory')
    github.removeMember(acme, 'mallory')
    github.deleteTeam(team)
    github.setCollaborator('acme/shop', 'mallory', 'triage')
    github.setCollaborator('acme/shop', 'mallory', 'admin')
    github.setCollaborator('acme/shop', 'mallory', null)
    await github.createRepository('acme/other', { files: { a: 'b' } })

    const { number, head } = await openChange(ground, { draft: true })
    const pull = github.pull('acme/shop', number)
    const on = { ...shop, pull_number: number }
    const markReady =
      'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }'
    const makeDraft =
      'mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }'
    for (const mutation of [markReady, makeDraft, markReady]) await bob.graphql(mutation, { id: pull.nodeId })
    await bob.pulls.update({ ...on, title: 'Another title', body: 'Another body' })
    await github.commit(
      'acme/shop',
      { 'base.txt': 'x' },
      { by: 'alice', branch: 'release', message: 'A base' },
    )
    await bob.pulls.update({ ...on, base: 'release' })
    await bob.pulls.requestReviewers({ ...on, reviewers: ['carol'], team_reviewers: ['parent'] })
    await bob.pulls.removeRequestedReviewers({ ...on, reviewers: ['carol'], team_reviewers: ['parent'] })
    await bob.issues.addLabels({ ...shop, issue_number: number, labels: ['x'] })
    await bob.issues.removeLabel({ ...shop, issue_number: number, name: 'x' })
    const { data: review } = await ground.as('carol').pulls.createReview({ ...on, event: 'APPROVE' })
    await ground.as('carol').pulls.updateReview({ ...on, review_id: review.id, body: 'Edited' })
    await bob.pulls.dismissReview({ ...on, review_id: review.id, message: 'No' })
    const { data: comment } = await bob.issues.createComment({ ...shop, issue_number: number, body: 'a' })
    await bob.issues.updateComment({ ...shop, comment_id: comment.id, body: 'b' })
    await bob.issues.deleteComment({ ...shop, comment_id: comment.id })
    await github.status('acme/shop', head, 'bob', { context: 'ci', state: 'success' })
    const app = ground.asInstallation()
    const { data: run } = await app.checks.create({
      ...shop,
      name: 'countersign',
      head_sha: head,
      conclusion: 'failure',
      output: { title: 't', summary: 's' },
      actions: [{ label: 'Re-check', description: 'Judge again', identifier: 'recheck' }],
    })
    await github.pressCheck('acme/shop', run.id, 'bob')
    await github.pressCheck('acme/shop', run.id, 'bob', 'recheck')
    const { data: deployment } = await app.repos.createDeployment({
      ...shop,
      ref: head,
      environment: 'production',
      required_contexts: [],
    })
    if (!('id' in deployment)) throw new Error('no deployment')
    await app.repos.createDeploymentStatus({
      ...shop,
      deployment_id: deployment.id,
      state: 'success',
      environment_url: 'https://example.com',
    })
    await bob.pulls.update({ ...on, state: 'closed' })
    await bob.pulls.update({ ...on, state: 'open' })
    await bob.git.deleteRef({ ...shop, ref: 'heads/change' })
    github.uninstall(installation)
    await github.webhooks.idle()

    expect(github.violations).toEqual([])
    const heard = github.webhooks.deliveries
      .filter(({ app: to }) => to === ears)
      .map(({ event, action }) => (action === null ? event : `${event}.${action}`))
    expect([...new Set(heard)].sort()).toEqual([
      'check_run.completed',
      'check_run.created',
      'check_suite.completed',
      'check_suite.requested',
      'deployment.created',
      'deployment_status.created',
      'installation.created',
      'installation.deleted',
      'issue_comment.created',
      'issue_comment.deleted',
      'issue_comment.edited',
      'member.added',
      'member.edited',
      'member.removed',
      'membership.added',
      'membership.removed',
      'organization.member_added',
      'organization.member_removed',
      'ping',
      'pull_request.closed',
      'pull_request.converted_to_draft',
      'pull_request.edited',
      'pull_request.labeled',
      'pull_request.opened',
      'pull_request.ready_for_review',
      'pull_request.reopened',
      'pull_request.review_request_removed',
      'pull_request.review_requested',
      'pull_request.unlabeled',
      'pull_request_review.dismissed',
      'pull_request_review.edited',
      'pull_request_review.submitted',
      'push',
      'repository.created',
      'status',
      'team.added_to_repository',
      'team.created',
      'team.deleted',
      'team.removed_from_repository',
      'team_add',
    ])
    // a button on a check is heard by the App that owns the check, and by nobody else
    const pressed = github.webhooks.deliveries.filter(
      ({ action }) => action === 'rerequested' || action === 'requested_action',
    )
    expect(pressed.map(({ app: to, action }) => [to.slug, action])).toEqual([
      ['countersign', 'rerequested'],
      ['countersign', 'requested_action'],
    ])
  })

  it('stops at 3,000 files and 250 commits, as GitHub does', async () => {
    const files = Array.from(
      { length: 3001 },
      (_, index) => `M 100644 inline many/${index}.txt\ndata 1\nx\n`,
    ).join('')
    const who = 'bob <bob@example.com> 1700000000 +0000'
    const commits = Array.from(
      { length: 251 },
      (_, index) =>
        `commit refs/heads/huge\ncommitter ${who}\ndata 1\nm\n${index === 0 ? 'from refs/heads/main^0\n' + files : `M 100644 inline n\ndata ${String(index).length}\n${index}\n`}\n`,
    ).join('')
    const { git } = ground.github.repository('acme/shop')
    await git.git(['fast-import', '--quiet'], commits)
    await git.readRefs()
    const { number } = await ground.github.openPull('acme/shop', 'bob', {
      title: 'Huge',
      head: 'huge',
      base: 'main',
    })
    const bob = ground.as('bob')
    const on = { ...shop, pull_number: number, per_page: 100 }
    const { data: pull } = await bob.pulls.get({ ...shop, pull_number: number })
    const counts = [pull.changed_files, pull.commits]
    for (const page of [30, 31]) counts.push((await bob.pulls.listFiles({ ...on, page })).data.length)
    for (const page of [3, 4]) counts.push((await bob.pulls.listCommits({ ...on, page })).data.length)
    expect(counts).toEqual([3002, 251, 100, 0, 50, 0])
    expect(ground.github.violations).toEqual([])
  })
})
