import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openChange, refusal, shop, startGround, type Ground } from './ground.ts'

describe('local GitHub: REST, held to the OpenAPI description', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startGround()
  })
  afterAll(async () => {
    await ground.close()
  })
  afterEach(() => {
    expect(ground.github.violations.splice(0)).toEqual([])
  })

  it('shows an App itself, its installations, its repositories and its deliveries', async () => {
    const app = ground.asApp()
    const { data: self } = await app.apps.getAuthenticated()
    const { data: installations } = await app.apps.listInstallations()
    const { data: one } = await app.apps.getInstallation({ installation_id: ground.installation.id })
    const { data: ofRepository } = await app.apps.getRepoInstallation(shop)
    const { data: ofOrganization } = await app.apps.getOrgInstallation({ org: 'acme' })
    const { data: accessible } = await ground.asInstallation().apps.listReposAccessibleToInstallation()
    const { data: config } = await app.apps.getWebhookConfigForApp()
    expect([
      self?.slug,
      installations.map(({ id }) => id),
      one.app_slug,
      ofRepository.id,
      ofOrganization.id,
      accessible.total_count,
      config.url,
    ]).toEqual([
      'countersign',
      [ground.installation.id],
      'countersign',
      ground.installation.id,
      ground.installation.id,
      1,
      ground.receiver.url,
    ])
  })

  it('answers about itself, people, organisations and teams', async () => {
    const alice = ground.as('alice')
    const { data: team } = await alice.teams.create({ org: 'acme', name: 'Platform', privacy: 'closed' })
    const { data: child } = await alice.teams.create({
      org: 'acme',
      name: 'Release',
      privacy: 'closed',
      parent_team_id: team.id,
    })
    await alice.teams.addOrUpdateMembershipForUserInOrg({
      org: 'acme',
      team_slug: 'release',
      username: 'carol',
    })
    await alice.teams.addOrUpdateRepoPermissionsInOrg({
      org: 'acme',
      team_slug: 'platform',
      ...shop,
      permission: 'maintain',
    })
    const inOrganization = { org: 'acme', team_slug: 'platform' }
    const [members, children, membership, repositories] = await Promise.all([
      alice.teams.listMembersInOrg(inOrganization),
      alice.teams.listChildInOrg(inOrganization),
      alice.teams.getMembershipForUserInOrg({ ...inOrganization, username: 'carol' }),
      alice.teams.listReposInOrg(inOrganization),
    ])
    expect({
      parent: child.parent?.slug,
      members: members.data.map(({ login }) => login),
      children: children.data.map(({ slug }) => slug),
      membership: membership.data.state,
      repositories: repositories.data.map(({ name }) => name),
    }).toEqual({
      parent: 'platform',
      members: ['carol'],
      children: ['release'],
      membership: 'active',
      repositories: ['shop'],
    })
    const permission = await alice.teams.checkPermissionsForRepoInOrg({
      org: 'acme',
      team_slug: 'release',
      ...shop,
      headers: { accept: 'application/vnd.github.v3.repository+json' },
    })
    expect(permission.data.permissions).toMatchObject({ maintain: true, admin: false })
    expect(
      await refusal(alice.teams.getMembershipForUserInOrg({ ...inOrganization, username: 'bob' })),
    ).toMatchObject({ status: 404 })
    await alice.teams.deleteInOrg({ org: 'acme', team_slug: 'release' })

    expect((await alice.users.getAuthenticated()).data.login).toBe('alice')
    expect((await alice.users.getByUsername({ username: 'BOB' })).data.login).toBe('bob')
    expect((await alice.orgs.get({ org: 'acme' })).data.login).toBe('acme')
    expect((await alice.orgs.listMembers({ org: 'acme' })).data.map(({ login }) => login)).toEqual([
      'alice',
      'bob',
      'carol',
    ])
    expect((await alice.orgs.getMembershipForUser({ org: 'acme', username: 'alice' })).data.role).toBe(
      'admin',
    )
    expect((await alice.teams.list({ org: 'acme' })).data).toHaveLength(1)
    expect((await alice.meta.get()).status).toBe(200)
    expect((await alice.rateLimit.get()).data.rate.limit).toBe(5000)
  })

  it('makes repositories and says who may do what in them', async () => {
    const alice = ground.as('alice')
    const { data: made } = await alice.repos.createInOrg({
      org: 'acme',
      name: 'infra',
      private: true,
      auto_init: true,
    })
    await alice.repos.createForAuthenticatedUser({ name: 'notes' })
    await alice.repos.addCollaborator({
      owner: 'acme',
      repo: 'infra',
      username: 'dave',
      permission: 'maintain',
    })
    const { data: collaborators } = await alice.repos.listCollaborators({ owner: 'acme', repo: 'infra' })
    const { data: permission } = await alice.repos.getCollaboratorPermissionLevel({
      owner: 'acme',
      repo: 'infra',
      username: 'dave',
    })
    await alice.repos.removeCollaborator({ owner: 'acme', repo: 'infra', username: 'dave' })
    const { data: after } = await alice.repos.getCollaboratorPermissionLevel({
      owner: 'acme',
      repo: 'infra',
      username: 'dave',
    })
    expect({
      made: made.full_name,
      collaborators: collaborators.map(({ login, role_name }) => `${login} ${role_name}`),
      permission: [permission.permission, permission.role_name],
      after: after.permission,
      list: (await alice.repos.listForOrg({ org: 'acme' })).data.map(({ name }) => name),
      mine: (await alice.repos.listForAuthenticatedUser()).data.map(({ name }) => name).includes('notes'),
      default: (await alice.repos.get({ owner: 'acme', repo: 'infra' })).data.default_branch,
    }).toEqual({
      made: 'acme/infra',
      collaborators: ['alice admin', 'dave maintain'],
      permission: ['write', 'maintain'],
      after: 'none',
      list: ['shop', 'infra'],
      mine: true,
      default: 'main',
    })
  })

  it('reads and writes git objects, refs and files', async () => {
    const bob = ground.as('bob')
    const main = (await bob.git.getRef({ ...shop, ref: 'heads/main' })).data.object.sha
    const { data: blob } = await bob.git.createBlob({ ...shop, content: 'aGVsbG8=', encoding: 'base64' })
    const { data: tree } = await bob.git.createTree({
      ...shop,
      base_tree: main,
      tree: [{ path: 'docs/a.txt', mode: '100644', type: 'blob', sha: blob.sha }],
    })
    const { data: commit } = await bob.git.createCommit({
      ...shop,
      message: 'Add a',
      tree: tree.sha,
      parents: [main],
    })
    await bob.git.createRef({ ...shop, ref: 'refs/heads/team/objects', sha: commit.sha })
    const { data: put } = await bob.repos.createOrUpdateFileContents({
      ...shop,
      path: 'docs/b.txt',
      branch: 'team/objects',
      message: 'Add b',
      content: 'Yg==',
    })
    const { data: compared } = await bob.repos.compareCommitsWithBasehead({
      ...shop,
      basehead: 'main...team/objects',
    })
    const { data: file } = await bob.repos.getContent({ ...shop, path: 'docs/a.txt', ref: 'team/objects' })
    const { data: directory } = await bob.repos.getContent({ ...shop, path: 'docs', ref: 'team/objects' })
    const { data: whole } = await bob.git.getTree({ ...shop, tree_sha: 'team/objects', recursive: 'true' })
    expect({
      commit: (await bob.git.getCommit({ ...shop, commit_sha: commit.sha })).data.message,
      blob: (await bob.git.getBlob({ ...shop, file_sha: blob.sha })).data.content,
      file: 'content' in file ? Buffer.from(file.content, 'base64').toString() : file,
      directory: Array.isArray(directory) ? directory.map(({ name }) => name) : directory,
      whole: whole.tree.map(({ path }) => path),
      compared: [compared.status, compared.ahead_by, compared.files?.map(({ filename }) => filename)],
      history: (await bob.repos.listCommits({ ...shop, sha: 'team/objects', path: 'docs' })).data.map(
        ({ commit: { message } }) => message,
      ),
      single: (await bob.repos.getCommit({ ...shop, ref: 'team/objects' })).data.sha === put.commit.sha,
      branch: (await bob.repos.getBranch({ ...shop, branch: 'team/objects' })).data.protected,
      branches: (await bob.repos.listBranches(shop)).data.map(({ name }) => name),
      matching: (await bob.git.listMatchingRefs({ ...shop, ref: 'heads/team' })).data.map(({ ref }) => ref),
    }).toEqual({
      commit: 'Add a',
      blob: 'aGVsbG8=',
      file: 'hello',
      directory: ['a.txt', 'b.txt'],
      whole: ['README.md', 'deploy', 'deploy/app.yaml', 'docs', 'docs/a.txt', 'docs/b.txt'],
      compared: ['ahead', 2, ['docs/a.txt', 'docs/b.txt']],
      history: ['Add b', 'Add a'],
      single: true,
      branch: false,
      branches: ['main', 'team/objects'],
      matching: ['refs/heads/team/objects'],
    })
    expect(await refusal(bob.git.updateRef({ ...shop, ref: 'heads/team/objects', sha: main }))).toEqual({
      status: 422,
      message: 'Update is not a fast forward',
    })
    await bob.git.updateRef({ ...shop, ref: 'heads/team/objects', sha: main, force: true })
    await bob.git.deleteRef({ ...shop, ref: 'heads/team/objects' })
    expect(await refusal(bob.git.getRef({ ...shop, ref: 'heads/team/objects' }))).toMatchObject({
      status: 404,
    })
  })

  it('carries a pull request through edits, requests, labels, comments and reactions', async () => {
    const bob = ground.as('bob')
    const { number, head } = await openChange(ground, { branch: 'edits' })
    const on = { ...shop, pull_number: number }
    const issue = { ...shop, issue_number: number }
    await bob.pulls.update({ ...on, title: 'Take shop 1.1 now' })
    await bob.pulls.requestReviewers({ ...on, reviewers: ['carol'], team_reviewers: ['platform'] })
    const { data: requested } = await bob.pulls.listRequestedReviewers(on)
    await bob.pulls.removeRequestedReviewers({ ...on, reviewers: ['carol'] })
    await bob.issues.addLabels({ ...issue, labels: ['production', 'image'] })
    await bob.issues.removeLabel({ ...issue, name: 'image' })
    const { data: comment } = await bob.issues.createComment({ ...issue, body: 'Ready?' })
    const { data: reaction } = await ground
      .asInstallation()
      .reactions.createForIssueComment({ ...shop, comment_id: comment.id, content: 'eyes' })
    await ground
      .asInstallation()
      .reactions.deleteForIssueComment({ ...shop, comment_id: comment.id, reaction_id: reaction.id })
    await ground
      .asInstallation()
      .reactions.createForIssueComment({ ...shop, comment_id: comment.id, content: '+1' })
    await bob.reactions.createForIssue({ ...issue, content: 'rocket' })
    const { data: review } = await ground
      .as('carol')
      .pulls.createReview({ ...on, event: 'REQUEST_CHANGES', body: 'Not yet.' })
    const { data: dismissed } = await bob.pulls.dismissReview({
      ...on,
      review_id: review.id,
      message: 'Talked about it.',
    })
    await bob.pulls.update({ ...on, state: 'closed' })
    await bob.pulls.update({ ...on, state: 'open' })
    expect({
      requested: [requested.users.map(({ login }) => login), requested.teams.map(({ slug }) => slug)],
      labels: (await bob.issues.listLabelsOnIssue(issue)).data.map(({ name }) => name),
      reactions: (await bob.reactions.listForIssueComment({ ...shop, comment_id: comment.id })).data.map(
        ({ content, user }) => `${user?.login ?? ''} ${content}`,
      ),
      comment: (await bob.issues.getComment({ ...shop, comment_id: comment.id })).data.reactions?.['+1'],
      all: (await bob.issues.listCommentsForRepo(shop)).data.length,
      reviews: (await bob.pulls.listReviews(on)).data.map(({ state, commit_id }) => [state, commit_id]),
      dismissed: dismissed.state,
      files: (await bob.pulls.listFiles(on)).data.map(({ filename, patch }) => [filename, patch]),
      commits: (await bob.pulls.listCommits(on)).data.map(({ sha, author }) => [sha, author?.login]),
      list: (await bob.pulls.list({ ...shop, head: 'acme:edits' })).data.map(({ title }) => title),
      withCommit: (
        await bob.repos.listPullRequestsAssociatedWithCommit({ ...shop, commit_sha: head })
      ).data.map((pull) => pull.number),
    }).toEqual({
      requested: [['carol'], ['platform']],
      labels: ['production'],
      reactions: ['countersign[bot] +1'],
      comment: 1,
      all: 1,
      reviews: [['DISMISSED', head]],
      dismissed: 'DISMISSED',
      files: [['deploy/app.yaml', '@@ -1,2 +1,2 @@\n-image: shop:1.0\n+image: shop:1.1\n replicas: 2']],
      commits: [[head, 'bob']],
      list: ['Take shop 1.1 now'],
      withCommit: [number],
    })
    await bob.issues.deleteComment({ ...shop, comment_id: comment.id })
    expect((await bob.issues.listComments(issue)).data).toEqual([])
  })

  it('keeps checks, statuses and deployments', async () => {
    const app = ground.asInstallation()
    const bob = ground.as('bob')
    const { head } = await openChange(ground, {
      branch: 'results',
      files: { 'deploy/app.yaml': 'image: shop:2.0\n' },
    })
    const { data: run } = await app.checks.create({
      ...shop,
      name: 'countersign',
      head_sha: head,
      output: {
        title: 'Waiting',
        summary: '1 of 2',
        annotations: [
          {
            path: 'deploy/app.yaml',
            start_line: 1,
            end_line: 1,
            annotation_level: 'warning',
            message: 'No digest',
          },
        ],
      },
    })
    await app.checks.create({ ...shop, name: 'countersign', head_sha: head, conclusion: 'success' })
    await bob.repos.createCommitStatus({ ...shop, sha: head, state: 'pending', context: 'ci/build' })
    await bob.repos.createCommitStatus({ ...shop, sha: head, state: 'success', context: 'ci/build' })
    expect(await refusal(bob.checks.rerequestRun({ ...shop, check_run_id: run.id }))).toEqual({
      status: 422,
      message: 'This check run is not rerequestable',
    })
    await app.checks.update({ ...shop, check_run_id: run.id, conclusion: 'neutral' })
    await bob.checks.rerequestRun({ ...shop, check_run_id: run.id })
    const { data: suites } = await app.checks.listSuitesForRef({ ...shop, ref: head })
    const { data: deployment } = await app.repos.createDeployment({
      ...shop,
      ref: head,
      environment: 'staging',
      required_contexts: [],
      auto_merge: false,
      payload: { pull: 1 },
    })
    if (!('id' in deployment)) throw new Error('no deployment')
    await app.repos.createDeploymentStatus({ ...shop, deployment_id: deployment.id, state: 'in_progress' })
    await app.repos.createDeploymentStatus({
      ...shop,
      deployment_id: deployment.id,
      state: 'success',
      log_url: 'https://example.com/log',
    })
    expect({
      annotations: (await app.checks.listAnnotations({ ...shop, check_run_id: run.id })).data.map(
        ({ message }) => message,
      ),
      latest: (await app.checks.listForRef({ ...shop, ref: head })).data.check_runs.map(
        ({ conclusion }) => conclusion,
      ),
      all: (await app.checks.listForRef({ ...shop, ref: head, filter: 'all' })).data.total_count,
      one: (await app.checks.get({ ...shop, check_run_id: run.id })).data.output.title,
      suites: suites.check_suites.map(({ status, conclusion, app: owner }) => [
        status,
        conclusion,
        owner?.slug,
      ]),
      combined: (await app.repos.getCombinedStatusForRef({ ...shop, ref: head })).data.state,
      statuses: (await app.repos.listCommitStatusesForRef({ ...shop, ref: head })).data.map(
        ({ state }) => state,
      ),
      deployments: (await app.repos.listDeployments({ ...shop, environment: 'staging' })).data.map(
        ({ sha }) => sha,
      ),
      steps: (await app.repos.listDeploymentStatuses({ ...shop, deployment_id: deployment.id })).data.map(
        ({ state }) => state,
      ),
    }).toEqual({
      annotations: ['No digest'],
      latest: ['success'],
      all: 2,
      one: 'Waiting',
      suites: [['completed', 'success', 'countersign']],
      combined: 'success',
      statuses: ['success', 'pending'],
      deployments: [head],
      steps: ['success', 'in_progress'],
    })
    await ground.github.webhooks.idle()
    expect(ground.receiver.names()).toEqual(
      expect.arrayContaining(['check_run.rerequested', 'status', 'check_suite.completed']),
    )
  })

  it('pages with Link headers, at most a hundred at a time', async () => {
    const bob = ground.as('bob')
    const { number } = await openChange(ground, { branch: 'paging', files: { 'many.txt': 'x' } })
    for (let index = 0; index < 105; index += 1)
      ground.github.comment(ground.github.pull('acme/shop', number), 'bob', `comment ${index}`)
    const issue = { ...shop, issue_number: number }
    const first = await bob.issues.listComments({ ...issue, per_page: 500 })
    const all = await bob.paginate(bob.issues.listComments, { ...issue, per_page: 50 })
    expect({
      first: first.data.length,
      link: first.headers.link,
      all: all.length,
      last: all.at(-1)?.body,
    }).toEqual({
      first: 100,
      link: expect.stringContaining('rel="next"') as string,
      all: 105,
      last: 'comment 104',
    })
  })

  it('answers 304 to a known ETag, and charges nothing for it', async () => {
    const bob = ground.as('bob')
    const { headers } = await bob.repos.get(shop)
    const again = await bob.repos
      .get({ ...shop, headers: { 'if-none-match': headers.etag } })
      .catch((error: { status: number; response: { headers: Record<string, string> } }) => error)
    expect(again).toMatchObject({ status: 304 })
    const { headers: after } = await bob.repos.get(shop)
    expect(Number(after['x-ratelimit-used'])).toBe(Number(headers['x-ratelimit-used']) + 1)
  })

  it('refuses what GitHub refuses: too long, too many, unheard of', async () => {
    const app = ground.asInstallation()
    const { number, head } = await openChange(ground, { branch: 'limits', files: { 'limits.txt': 'x' } })
    const annotation = {
      path: 'limits.txt',
      start_line: 1,
      end_line: 1,
      annotation_level: 'notice',
      message: 'x',
    } as const
    expect(
      await refusal(app.issues.createComment({ ...shop, issue_number: number, body: 'x'.repeat(65_537) })),
    ).toEqual({ status: 422, message: 'Validation Failed: Body is too long (maximum is 65536 characters)' })
    await app.issues.createComment({ ...shop, issue_number: number, body: 'x'.repeat(65_536) })
    expect(ground.github.violations.splice(0)).toEqual([])
    expect(
      await refusal(
        app.checks.create({
          ...shop,
          name: 'x',
          head_sha: head,
          output: { title: 'x', summary: 'x', annotations: Array.from({ length: 51 }, () => annotation) },
        }),
      ),
    ).toMatchObject({ status: 422 })
    expect(ground.github.violations.splice(0)).toHaveLength(1)
    expect(
      await refusal(app.request('GET /repos/{owner}/{repo}/pulls', { ...shop, color: 'green' })),
    ).toEqual({ status: 422, message: 'Invalid request.\n\nquery parameter color is not known' })
    expect(
      await refusal(
        app.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...shop,
          issue_number: number,
          body: 'hello',
          loud: true,
        }),
      ),
    ).toEqual({ status: 422, message: 'Invalid request.\n\nbody /loud is not known' })
    expect(
      await refusal(
        app.request('POST /repos/{owner}/{repo}/check-runs', {
          ...shop,
          name: 'x',
          head_sha: head,
          output: Object.assign({ title: 'x', summary: 'y' }, { colour: 'red' }),
        }),
      ),
    ).toEqual({ status: 422, message: 'Invalid request.\n\nbody /output/colour is not known' })
    expect(ground.github.violations.splice(0)).toHaveLength(3)
  })
})
