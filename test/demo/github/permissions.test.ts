import { createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChange, refusal, shop, startGround, type Ground } from './ground.ts'

describe('local GitHub: who may do what', () => {
  let ground: Ground
  let number: number
  beforeAll(async () => {
    ground = await startGround()
    number = (await openChange(ground)).number
  })
  afterAll(async () => {
    await ground.close()
  })

  it('holds the App to app.yml', async () => {
    const app = ground.asInstallation()
    const beyond = { status: 403, message: 'Resource not accessible by integration' }
    expect(
      await refusal(
        app.repos.createCommitStatus({
          ...shop,
          sha: ground.github.pull('acme/shop', number).headSha,
          state: 'success',
        }),
      ),
    ).toEqual(beyond)
    expect(await refusal(app.repos.deleteBranchProtection({ ...shop, branch: 'main' }))).toEqual(beyond)
    expect(await refusal(app.repos.createInOrg({ org: 'acme', name: 'other' }))).toEqual(beyond)
    expect(await refusal(app.teams.create({ org: 'acme', name: 'other' }))).toEqual(beyond)
    expect((await app.orgs.listMembers({ org: 'acme' })).status).toBe(200)
  })

  it('gives a token no more than it was asked to do', async () => {
    const app = ground.asApp()
    const installation_id = ground.installation.id
    const { data } = await app.apps.createInstallationAccessToken({
      installation_id,
      permissions: { contents: 'read' },
      repositories: ['shop'],
    })
    expect(data).toMatchObject({
      permissions: { contents: 'read', metadata: 'read' },
      repository_selection: 'selected',
      repositories: [{ name: 'shop' }],
    })
    expect(data.token).toMatch(/^ghs_/)
    expect(Date.parse(data.expires_at) - Date.now()).toBeGreaterThan(3_590_000)
    const answer = await fetch(`${ground.github.apiUrl}/repos/acme/shop/pulls`, {
      headers: { authorization: `token ${data.token}` },
    })
    expect(answer.status).toBe(403)
    expect(
      await refusal(
        app.apps.createInstallationAccessToken({ installation_id, permissions: { administration: 'write' } }),
      ),
    ).toEqual({ status: 422, message: 'The permissions requested are not granted to this installation.' })
  })

  it.each([
    ['a JWT of another key', 'RS256', 60, 401],
    ['a JWT that is too long', 'RS256', 3600, 401],
    ['no algorithm', 'none', 60, 401],
  ])('refuses %s', async (what, alg, lifetime, status) => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(Date.now() / 1000)
    const signed = `${part({ alg })}.${part({ iss: ground.app.id, iat: now, exp: now + lifetime })}`
    const key = what.includes('another') ? other : ground.app.privateKey
    const signature =
      alg === 'none' ? '' : createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')
    const answer = await fetch(`${ground.github.apiUrl}/app`, {
      headers: { authorization: `Bearer ${signed}.${signature}` },
    })
    expect(answer.status).toBe(status)
  })

  it.each([
    ['mallory', 'pulls.get', 404],
    ['dave', 'pulls.get', 200],
    ['dave', 'pulls.createReview', 200],
    ['dave', 'pulls.merge', 403],
    ['dave', 'issues.addLabels', 403],
    ['dave', 'repos.createCommitStatus', 403],
    ['bob', 'repos.updateBranchProtection', 403],
    ['erin', 'repos.updateBranchProtection', 403],
    ['alice', 'repos.updateBranchProtection', 200],
    ['bob', 'repos.addCollaborator', 403],
    ['bob', 'checks.create', 403],
  ] as const)('%s asking for %s gets %i', async (login, what, status) => {
    const octokit = ground.as(login)
    const sha = ground.github.pull('acme/shop', number).headSha
    const asks = {
      'pulls.get': () => octokit.pulls.get({ ...shop, pull_number: number }),
      'pulls.createReview': () =>
        octokit.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE' }),
      'pulls.merge': () => octokit.pulls.merge({ ...shop, pull_number: number }),
      'issues.addLabels': () => octokit.issues.addLabels({ ...shop, issue_number: number, labels: ['x'] }),
      'repos.createCommitStatus': () => octokit.repos.createCommitStatus({ ...shop, sha, state: 'success' }),
      'repos.updateBranchProtection': () =>
        octokit.repos.updateBranchProtection({
          ...shop,
          branch: 'main',
          required_status_checks: null,
          enforce_admins: null,
          required_pull_request_reviews: null,
          restrictions: null,
        }),
      'repos.addCollaborator': () => octokit.repos.addCollaborator({ ...shop, username: 'mallory' }),
      'checks.create': () => octokit.checks.create({ ...shop, name: 'mine', head_sha: sha }),
    }
    const answer = await asks[what]().catch((error: { status: number }) => error)
    expect(answer.status).toBe(status)
  })

  it('gives rights through nested teams and takes them back, and tells the App', async () => {
    const { github, receiver } = ground
    const acme = github.services.world.organization('acme')
    if (acme === undefined) throw new Error('no acme')
    const parent = github.createTeam(acme, 'Ops')
    const child = github.createTeam(acme, 'Night', { parent })
    github.setTeamRole(parent, 'acme/shop', 'write')
    const before = await ground
      .as('mallory')
      .repos.get(shop)
      .catch((error: { status: number }) => error.status)
    await github.webhooks.idle()
    receiver.received.length = 0
    github.addTeamMember(child, 'mallory')
    const { data } = await ground.as('mallory').repos.get(shop)
    await github.webhooks.idle()
    expect([before, data.permissions?.push, receiver.names()]).toEqual([
      404,
      true,
      ['organization.member_added', 'membership.added'],
    ])
    expect(github.violations).toEqual([])
  })
})
