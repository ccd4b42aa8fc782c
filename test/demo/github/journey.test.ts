import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChange, refusal, shop, startGround, type Ground } from './ground.ts'

describe('local GitHub: a pull request from opened to merged', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startGround()
  })
  afterAll(async () => {
    await ground.close()
  })

  it('tells the App about each step, signed and by the webhook schemas', async () => {
    const { github, receiver } = ground
    const { number, head } = await openChange(ground)
    const bob = ground.as('bob')
    const app = ground.asInstallation()

    expect(await refusal(bob.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE' }))).toEqual(
      {
        status: 422,
        message: 'Unprocessable Entity: Can not approve your own pull request',
      },
    )
    await ground
      .as('carol')
      .pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE', body: 'Good.' })
    const { data: check } = await app.checks.create({
      ...shop,
      name: 'countersign',
      head_sha: head,
      status: 'in_progress',
    })
    await app.checks.update({
      ...shop,
      check_run_id: check.id,
      status: 'completed',
      conclusion: 'success',
      output: { title: 'Ready', summary: 'All good' },
    })
    const { data: comment } = await app.issues.createComment({ ...shop, issue_number: number, body: 'Ready' })
    await app.issues.updateComment({ ...shop, comment_id: comment.id, body: 'Ready to merge' })
    const { data: merged } = await app.pulls.merge({
      ...shop,
      pull_number: number,
      sha: head,
      merge_method: 'squash',
    })
    const { data: pull } = await app.pulls.get({ ...shop, pull_number: number })
    await github.webhooks.idle()

    expect(github.violations).toEqual([])
    expect(receiver.names()).toEqual([
      'push',
      'check_suite.requested',
      'pull_request.opened',
      'pull_request_review.submitted',
      'check_run.created',
      'check_run.completed',
      'check_suite.completed',
      'issue_comment.created',
      'issue_comment.edited',
      'pull_request.closed',
      'push',
      'check_suite.requested',
    ])
    for (const { headers, text } of receiver.received)
      expect(headers['x-hub-signature-256']).toBe(
        `sha256=${createHmac('sha256', 'secret').update(text).digest('hex')}`,
      )
    expect({
      state: pull.state,
      merged: pull.merged,
      by: pull.merged_by?.login,
      sha: pull.merge_commit_sha,
    }).toEqual({
      state: 'closed',
      merged: true,
      by: 'countersign[bot]',
      sha: merged.sha,
    })
  })
})
