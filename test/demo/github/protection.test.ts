import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openChange, refusal, shop, startGround, type Ground } from './ground.ts'

const reviews = { count: 1, dismissStale: false, codeOwners: false, lastPush: false }

describe('local GitHub: the merge endpoint', () => {
  let ground: Ground
  let number: number
  let head: string
  const merge = (login = 'bob', sha = head): Promise<{ status: number; message: string }> =>
    refusal(ground.as(login).pulls.merge({ ...shop, pull_number: number, sha }))
  beforeEach(async () => {
    ground = await startGround()
    const change = await openChange(ground)
    number = change.number
    head = change.head
  })
  afterEach(async () => {
    expect(ground.github.violations).toEqual([])
    await ground.close()
  })

  it('refuses a head that moved, a draft, a conflict and a closed pull request', async () => {
    expect(await merge('bob', 'a'.repeat(40))).toEqual({
      status: 409,
      message: 'Head branch was modified. Review and try the merge again.',
    })
    const draft = await openChange(ground, { branch: 'draft', files: { 'draft.txt': 'x' }, draft: true })
    expect(await refusal(ground.as('bob').pulls.merge({ ...shop, pull_number: draft.number }))).toEqual({
      status: 405,
      message: 'Pull Request is still a draft',
    })
    await ground.github.commit(
      'acme/shop',
      { 'deploy/app.yaml': 'image: other:1\n' },
      { by: 'bob', message: 'Conflict' },
    )
    expect(await merge()).toEqual({ status: 405, message: 'Pull Request is not mergeable' })
    const { data } = await ground.as('bob').pulls.get({ ...shop, pull_number: number })
    expect([data.mergeable, data.mergeable_state]).toEqual([false, 'dirty'])
    await ground.as('bob').pulls.update({ ...shop, pull_number: number, state: 'closed' })
    expect(await merge()).toEqual({ status: 405, message: 'Pull Request is not mergeable' })
  })

  it('asks for approvals by people who can write, and forgets a dismissed or outdated one', async () => {
    const { github } = ground
    const alice = ground.as('alice')
    await alice.repos.updateBranchProtection({
      ...shop,
      branch: 'main',
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
      restrictions: null,
    })
    const { data: protection } = await alice.repos.getBranchProtection({ ...shop, branch: 'main' })
    expect(protection.required_pull_request_reviews).toMatchObject({
      required_approving_review_count: 1,
      dismiss_stale_reviews: true,
    })
    const needed = {
      status: 405,
      message: 'At least 1 approving review is required by reviewers with write access.',
    }
    const pull = github.pull('acme/shop', number)
    await github.review(pull, 'dave', { event: 'APPROVE' })
    expect(await merge()).toEqual(needed)
    const objection = await github.review(pull, 'carol', { event: 'REQUEST_CHANGES', body: 'No.' })
    expect(await merge()).toEqual({ status: 405, message: 'Changes have been requested.' })
    github.dismissReview(objection, 'alice', 'Settled')
    await github.review(pull, 'erin', { event: 'APPROVE' })
    ground.receiver.received.length = 0
    await github.commit('acme/shop', { 'more.txt': 'x' }, { by: 'bob', branch: 'change', message: 'More' })
    expect(await merge('bob', pull.headSha)).toEqual(needed)
    await github.webhooks.idle()
    expect(ground.receiver.names()).toContain('pull_request_review.dismissed')
    await alice.repos.deleteBranchProtection({ ...shop, branch: 'main' })
    expect((await ground.as('bob').pulls.merge({ ...shop, pull_number: number })).data.merged).toBe(true)
  })

  it('wants approval of the last push by somebody else', async () => {
    const { github } = ground
    github.protect('acme/shop', 'main', { reviews: { ...reviews, lastPush: true } })
    await github.commit('acme/shop', { 'more.txt': 'x' }, { by: 'carol', branch: 'change', message: 'More' })
    const pull = github.pull('acme/shop', number)
    await github.review(pull, 'carol', { event: 'APPROVE' })
    expect(await merge('erin', pull.headSha)).toEqual({
      status: 405,
      message: 'New changes require approval from someone other than the last pusher.',
    })
    await github.review(pull, 'erin', { event: 'APPROVE' })
    expect((await ground.asInstallation().pulls.merge({ ...shop, pull_number: number })).data.merged).toBe(
      true,
    )
  })

  it('counts a required check only from its own App', async () => {
    const { github, app } = ground
    const ci = github.registerApp(
      { name: 'ci', permissions: { checks: 'write' }, events: [] },
      { owner: 'acme' },
    )
    github.install(ci, 'acme')
    const alice = ground.as('alice')
    const { data: ruleset } = await alice.repos.createRepoRuleset({
      ...shop,
      name: 'countersign',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [
        {
          type: 'required_status_checks',
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: 'countersign', integration_id: app.id }],
          },
        },
        { type: 'deletion' },
      ],
    })
    const expected = {
      status: 405,
      message: 'Repository rule violations found\n\nRequired status check "countersign" is expected.\n\n',
    }
    expect(await merge()).toEqual(expected)
    await github.check('acme/shop', head, ci, { name: 'countersign', conclusion: 'success' })
    expect(await merge()).toEqual(expected)
    const { data: run } = await ground
      .asInstallation()
      .checks.create({ ...shop, name: 'countersign', head_sha: head, status: 'in_progress' })
    expect((await merge()).message).toContain('Required status check "countersign" is in progress.')
    await ground.asInstallation().checks.update({ ...shop, check_run_id: run.id, conclusion: 'failure' })
    expect((await merge()).message).toContain('Required status check "countersign" is failing.')
    expect(
      (await alice.repos.getBranchRules({ ...shop, branch: 'main' })).data.map(({ type }) => type),
    ).toEqual(['required_status_checks', 'deletion'])
    expect(await refusal(ground.as('bob').git.deleteRef({ ...shop, ref: 'heads/main' }))).toEqual({
      status: 422,
      message: 'Cannot delete this branch',
    })
    await alice.repos.updateRepoRuleset({ ...shop, ruleset_id: ruleset.id, enforcement: 'disabled' })
    expect((await alice.repos.getRepoRulesets(shop)).data.map(({ enforcement }) => enforcement)).toEqual([
      'disabled',
    ])
    await alice.repos.updateRepoRuleset({ ...shop, ruleset_id: ruleset.id, enforcement: 'active' })
    await ground
      .asInstallation()
      .checks.create({ ...shop, name: 'countersign', head_sha: head, conclusion: 'success' })
    expect((await ground.as('bob').pulls.merge({ ...shop, pull_number: number })).data.merged).toBe(true)
    await alice.repos.deleteRepoRuleset({ ...shop, ruleset_id: ruleset.id })
  })

  it('lets a bypass actor through, says behind when strict, and updates the branch', async () => {
    const { github, app } = ground
    const rules = [
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 2,
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ]
    const ruleset = github.addRuleset('acme/shop', rules)
    expect((await merge()).message).toContain(
      'At least 2 approving reviews are required by reviewers with write access.',
    )
    ruleset.bypassActors = [{ actor_id: app.id, actor_type: 'Integration', bypass_mode: 'pull_request' }]
    ruleset.enforcement = 'disabled'
    github.protect('acme/shop', 'main', { checks: { strict: true, checks: [] } })
    await github.commit('acme/shop', { 'other.txt': 'x' }, { by: 'bob', message: 'Base moves' })
    expect(await merge()).toEqual({
      status: 405,
      message: 'The head branch is not up to date with the base branch.',
    })
    expect((await ground.as('bob').pulls.get({ ...shop, pull_number: number })).data.mergeable_state).toBe(
      'behind',
    )
    await ground.as('bob').pulls.updateBranch({ ...shop, pull_number: number, expected_head_sha: head })
    github.protect('acme/shop', 'main', null)
    ruleset.enforcement = 'active'
    expect(
      (await ground.asInstallation().pulls.merge({ ...shop, pull_number: number, merge_method: 'merge' }))
        .data.merged,
    ).toBe(true)
  })
})
