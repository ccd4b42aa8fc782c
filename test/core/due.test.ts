import { describe, expect, it } from 'vitest'
import { dueOf } from '../../src/core/due.ts'

const context = { appId: 1 }
const comment = {
  action: 'created',
  issue: { number: 7, pull_request: {} },
  comment: {
    id: 9,
    body: '/merge',
    created_at: '2026-03-02T10:00:00Z',
    user: { login: 'alice', type: 'User' },
  },
}

describe('core/due', () => {
  it.each([
    [
      'merge_group',
      {
        action: 'checks_requested',
        merge_group: {
          head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc',
          head_sha: 'def',
          base_ref: 'refs/heads/main',
          base_sha: 'abc',
        },
        repository: { default_branch: 'main' },
      },
      [
        {
          kind: 'group',
          headRef: 'gh-readonly-queue/main/pr-7-abc',
          headSha: 'def',
          baseRef: 'main',
          defaultBranch: 'main',
        },
      ],
    ],
    ['merge_group', { action: 'destroyed', merge_group: { head_sha: 'def' } }, []],
    ['pull_request', { action: 'synchronize', pull_request: { number: 7 } }, [{ kind: 'pull', number: 7 }]],
    [
      'pull_request_review',
      { action: 'dismissed', pull_request: { number: 7 } },
      [{ kind: 'pull', number: 7 }],
    ],
    [
      'issue_comment',
      comment,
      [
        {
          kind: 'command',
          number: 7,
          commentId: 9,
          login: 'alice',
          body: '/merge',
          createdAt: '2026-03-02T10:00:00Z',
        },
      ],
    ],
    ['issue_comment', { ...comment, action: 'edited' }, []],
    ['issue_comment', { ...comment, issue: { number: 7 } }, []],
    [
      'issue_comment',
      { ...comment, comment: { ...comment.comment, user: { login: 'x[bot]', type: 'Bot' } } },
      [],
    ],
    [
      'check_run',
      { action: 'completed', check_run: { head_sha: 'abc', app: { id: 2 } } },
      [{ kind: 'head', sha: 'abc' }],
    ],
    ['check_run', { action: 'completed', check_run: { head_sha: 'abc', app: { id: 1 } } }, []],
    [
      'check_run',
      { action: 'rerequested', check_run: { head_sha: 'abc', app: { id: 1 } } },
      [{ kind: 'head', sha: 'abc' }],
    ],
    [
      'check_run',
      { action: 'requested_action', check_run: { head_sha: 'abc', app: { id: 1 } } },
      [{ kind: 'head', sha: 'abc' }],
    ],
    [
      'check_suite',
      { action: 'rerequested', check_suite: { head_sha: 'abc', app: { id: 1 } } },
      [{ kind: 'head', sha: 'abc' }],
    ],
    ['check_suite', { action: 'completed', check_suite: { head_sha: 'abc', app: { id: 1 } } }, []],
    ['status', { sha: 'abc' }, [{ kind: 'head', sha: 'abc' }]],
    ['repository_ruleset', { action: 'deleted' }, [{ kind: 'protection' }]],
    ['branch_protection_rule', { action: 'edited' }, [{ kind: 'protection' }]],
    [
      'status',
      { sha: 'abc', context: 'kustomization/web/1', state: 'success', updated_at: '2026-03-02T10:00:00Z' },
      [
        { kind: 'head', sha: 'abc' },
        {
          kind: 'told',
          status: {
            name: 'kustomization/web/1',
            sha: 'abc',
            state: 'success',
            description: '',
            at: '2026-03-02T10:00:00Z',
          },
        },
      ],
    ],
    [
      'deployment_status',
      {
        deployment: { sha: 'abc', environment: 'production', performed_via_github_app: { id: 2 } },
        deployment_status: { state: 'failure', description: 'no', created_at: '2026-03-02T10:00:00Z' },
      },
      [
        {
          kind: 'told',
          status: {
            name: 'production',
            sha: 'abc',
            state: 'failure',
            description: 'no',
            at: '2026-03-02T10:00:00Z',
          },
        },
      ],
    ],
    [
      'deployment_status',
      {
        deployment: { sha: 'abc', environment: 'production', performed_via_github_app: { id: 1 } },
        deployment_status: { state: 'failure', created_at: '2026-03-02T10:00:00Z' },
      },
      [],
    ],
    [
      'push',
      { ref: 'refs/heads/feature/x', sender: { login: 'bob', type: 'User' } },
      [
        { kind: 'pusher', ref: 'feature/x', login: 'bob' },
        { kind: 'base', ref: 'feature/x' },
      ],
    ],
    ['push', { ref: 'refs/tags/v1', sender: { login: 'bob', type: 'User' } }, []],
    [
      'membership',
      { action: 'removed', organization: { login: 'acme' } },
      [{ kind: 'people', owner: 'acme' }],
    ],
    [
      'member',
      { action: 'removed', repository: { owner: { login: 'acme' } } },
      [{ kind: 'people', owner: 'acme' }],
    ],
    ['installation_repositories', { action: 'added' }, [{ kind: 'sweep' }]],
    ['installation', { action: 'deleted' }, []],
    ['an_event_of_tomorrow', { action: 'created' }, []],
    ['pull_request', {}, []],
    ['pull_request', { pull_request: { number: 'seven' } }, []],
    ['push', { ref: 7 }, []],
  ])('%s makes due what it is about', (event, payload, expected) => {
    expect(dueOf(event, payload, context)).toEqual(expected)
  })

  describe('an edited comment', () => {
    const box = (mark: string): string =>
      `<!-- countersign:sticky -->\n- [${mark}] Load test (\`load-test\`) <!-- attest:production:load-test -->`
    const edited = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
      action: 'edited',
      issue: { number: 7, pull_request: {} },
      comment: {
        id: 5,
        body: box('x'),
        updated_at: '2026-03-02T10:00:00Z',
        user: { login: 'countersign[bot]', type: 'Bot' },
        performed_via_github_app: { id: 1 },
      },
      changes: { body: { from: box(' ') } },
      sender: { login: 'carol', type: 'User' },
      ...change,
    })
    it('tells which boxes a person ticked in ours', () => {
      expect(dueOf('issue_comment', edited(), context)).toEqual([
        {
          kind: 'ticks',
          number: 7,
          login: 'carol',
          at: '2026-03-02T10:00:00Z',
          ticks: [{ environment: 'production', item: 'load-test', signed: true }],
        },
      ])
    })
    it('is put right where somebody wrote something else into it', () => {
      const payload = edited({ changes: { body: { from: `${box('x')} and more` } } })
      expect(dueOf('issue_comment', payload, context)).toEqual([{ kind: 'pull', number: 7 }])
    })
    it.each([
      [
        'of somebody else',
        edited({ comment: { id: 5, body: box('x'), updated_at: '2026-03-02T10:00:00Z' } }),
      ],
      ['by ourselves', edited({ sender: { login: 'countersign[bot]', type: 'Bot' } })],
      ['that is not the sticky one', edited({ changes: { body: { from: 'hello' } } })],
    ])('%s asks for nothing', (_, payload) => {
      expect(dueOf('issue_comment', payload, context)).toEqual([])
    })
  })
})
