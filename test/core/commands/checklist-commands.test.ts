import { describe, expect, it } from 'vitest'
import { answerCommand } from '../../../src/core/commands/answer-command.ts'
import type { CommandAnswer } from '../../../src/core/commands/command-answer.ts'
import { parseCommands } from '../../../src/core/commands/parse-commands.ts'
import { decide } from '../../../src/core/decide.ts'
import type { ChecklistFacts, Facts, Signature } from '../../../src/core/facts.ts'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { resolveSource } from '../../../src/core/policy/resolve.ts'
import type { RatchetedFinding } from '../../../src/core/readiness/finding.ts'
import { title } from '../../../src/core/words/title.ts'
import { pullComment } from '../../../src/core/words/comment.ts'
import { buildEnvironment, buildFacts, image } from '../../support/build-facts.ts'
import { presets } from '../../support/preset.ts'

const parsed = parsePolicy({
  file: 'p.yml',
  extends: presets,
  text: `version: 1
groups: { sre: [kim] }
environments:
  staging: { targets: [s] }
  production: { targets: [p], readiness: { checklist: production } }
`,
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const policy = parsed.value
const platform = resolveSource('team:acme/platform', {})
const digest = 'sha256:7d1f0a'
const finding: RatchetedFinding = {
  rule: 'replicas',
  severity: 'warning',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'web',
  name: 'worker',
  path: '/spec/replicas',
  message: 'runs one pod',
  fix: 'run two',
  state: 'new',
}

interface Given {
  readonly signature?: Signature
  readonly checklist?: Partial<ChecklistFacts>
  readonly lookups?: 'failed'
}

function factsWith({ signature, checklist, lookups }: Given): Facts {
  const production = buildEnvironment('production', [image], {
    readiness: { findings: [finding], new: 0, all: 1, passed: 5 },
    checklist: {
      manual: [
        {
          id: 'load-test',
          text: 'Load test done',
          by: [platform],
          ...(signature === undefined ? {} : { signature }),
        },
      ],
      mayWaive: [platform, resolveSource('group:sre', policy.groups)],
      waivers: [],
      ...checklist,
    },
  })
  const commit = { login: 'mallory', type: 'User' as const }
  return {
    ...buildFacts([buildEnvironment('staging', []), production], {
      commits: [{ sha: 'c'.repeat(40), parents: [], author: commit, committer: commit, coAuthors: [] }],
    }),
    people: {
      permissions: {},
      teams: {
        'acme/platform':
          lookups === 'failed' ? { kind: 'failed', reason: 'timeout' } : { kind: 'known', value: ['carol'] },
      },
    },
  }
}

function answer(login: string, body: string, given: Given = {}): CommandAnswer {
  const [command] = parseCommands(body)
  if (command === undefined) throw new Error(`${body} is no command`)
  const facts = factsWith(given)
  const decision = decide(policy, facts)
  return answerCommand(command, {
    login,
    permission: { kind: 'known', value: 'read' },
    decision,
    title: title(decision),
    state: 'open',
    now: Date.parse(facts.takenAt),
    facts,
    policy,
  })
}
const refused = (reply: string): object => ({ reaction: 'confused', reply, judgeAgain: 'nothing' })
const signed: Signature = { by: 'carol', at: '2026-03-02T11:00:00.000Z', digest, note: 'p99 is 80 ms' }

describe('/attest', () => {
  it('signs for the change as it is rendered now', () => {
    expect(answer('carol', '/attest load-test p99 is 80 ms')).toEqual({
      reaction: '+1',
      change: {
        kind: 'attest',
        item: 'load-test',
        note: 'p99 is 80 ms',
        signed: true,
        environments: [{ name: 'production', digest }],
      },
      judgeAgain: 'pull',
    })
    expect(answer('carol', '/unattest load-test').change).toMatchObject({ signed: false })
  })
  it.each<[string, string, Given, string]>([
    [
      'kim',
      '/attest load-test',
      {},
      'kim may not sign `load-test`: the checklist names `team:acme/platform`.',
    ],
    ['carol', '/attest load-tets', {}, 'There is no manual item `load-tets` here. Did you mean `load-test`?'],
    [
      'carol',
      '/attest runbook',
      {},
      'There is no manual item `runbook` here. The checklist names `load-test`.',
    ],
    [
      'carol',
      '/attest load-test',
      { checklist: { manual: [] } },
      'There is no manual item `load-test` here. No checklist of an environment that this reaches has any.',
    ],
    [
      'carol',
      '/attest load-test',
      { lookups: 'failed' },
      'GitHub did not say who may sign `load-test`, so nothing was signed. Please try again in a moment.',
    ],
  ])('%s: %s is refused', (login, body, given, reply) => {
    expect(answer(login, body, given)).toEqual(refused(reply))
  })
})

describe('/waive', () => {
  it('accepts findings until a day, and says how many', () => {
    expect(answer('kim', '/waive replicas Deployment/worker until 2026-12-31 because single writer')).toEqual(
      {
        reaction: '+1',
        reply:
          'Waived in **production** until 2026-12-31: 1 finding of `replicas` on `Deployment/worker`. kim answers for it. `/unwaive replicas Deployment/worker` ends it.',
        change: {
          kind: 'waive',
          environments: ['production'],
          rule: 'replicas',
          resource: 'Deployment/worker',
          until: '2026-12-31',
          because: 'single writer',
        },
        judgeAgain: 'repository',
      },
    )
    expect(answer('carol', '/waive replicas until 2026-03-02 because x').reply).toContain(
      'until 2026-03-02: 1 finding of `replicas`. carol',
    )
    expect(answer('carol', '/waive spread until 2026-04-01 because x').reply).toContain(
      'there is no finding of `spread` now',
    )
  })
  it.each<[string, string, Given, string]>([
    [
      'mallory',
      '/waive replicas until 2026-12-31 because x',
      {},
      'mallory may not waive here: the checklist names `team:acme/platform` or `group:sre`.',
    ],
    [
      'carol',
      '/waive replicas until 2026-12-31 because x',
      { checklist: { mayWaive: [] } },
      'Nobody may waive here: the checklist has no `may-waive`. A waiver can stand in the file.',
    ],
    [
      'carol',
      '/waive replicas until tomorrow because x',
      {},
      '`tomorrow` is no day. Write its last one such as `2027-01-31`.',
    ],
    [
      'carol',
      '/waive replicas until 2026-02-30 because x',
      {},
      '`2026-02-30` is no day. Write its last one such as `2027-01-31`.',
    ],
    [
      'carol',
      '/waive replicas until 2026-03-01 because x',
      {},
      '2026-03-01 is over. A waiver ends on a day to come.',
    ],
    [
      'carol',
      '/waive replica until 2026-12-31 because x',
      {},
      'There is no rule `replica`. Did you mean `replicas`?',
    ],
    [
      'carol',
      '/unwaive replicas',
      {},
      'Nobody waived `replicas` by `/waive`. A waiver of the checklist file ends there.',
    ],
  ])('%s: %s is refused', (login, body, given, reply) => {
    expect(answer(login, body, given)).toEqual(refused(reply))
  })
  it('is ended by /unwaive', () => {
    const waiver = {
      rule: 'replicas',
      resource: undefined,
      until: '2026-12-31',
      because: 'x',
      owner: 'kim',
      isByCommand: true,
    } as const
    expect(answer('carol', '/unwaive replicas', { checklist: { waivers: [waiver] } })).toEqual({
      reaction: '+1',
      change: { kind: 'unwaive', environments: ['production'], rule: 'replicas', resource: undefined },
      judgeAgain: 'repository',
    })
  })
})

describe('a manual item', () => {
  const judged = (given: Given): unknown => {
    const { verdict, reasons } = decide(policy, factsWith(given)).environments[1] ?? {}
    return { verdict, reasons }
  }
  const waiting = {
    verdict: 'waiting',
    reasons: [
      {
        code: 'manual',
        verdict: 'waiting',
        sentence: 'waiting for a signature on the checklist (load-test)',
        next: 'team:acme/platform may sign: tick it in the comment, or write `/attest load-test`.',
      },
    ],
  }
  it('waits until somebody whom it names has signed this change', () => {
    expect(judged({})).toEqual(waiting)
    expect(judged({ signature: signed })).toEqual({ verdict: 'ready', reasons: [] })
  })
  it('asks again when the change is another one, or whoever signed may no longer', () => {
    expect(judged({ signature: { ...signed, digest: 'sha256:other' } })).toEqual(waiting)
    expect(judged({ signature: { ...signed, by: 'kim' } })).toEqual(waiting)
  })
  it('is an error while GitHub does not say who may', () => {
    expect(judged({ signature: signed, lookups: 'failed' })).toMatchObject({
      verdict: 'error',
      reasons: [
        { code: 'lookup-failed', sentence: 'GitHub did not say whether whoever signed load-test may' },
      ],
    })
  })
})

describe('the comment', () => {
  const section = (given: Given): string => {
    const facts = factsWith(given)
    const decision = decide(policy, facts)
    const text = pullComment({ decision, facts, title: 't' })
    return text.slice(text.indexOf('**production** checklist')).split('\n\n<details>')[0] ?? ''
  }
  it('has a box for each item, with who may sign or signed', () => {
    expect(section({})).toBe(
      '**production** checklist\n\n- [ ] Load test done (`load-test`): `team:acme/platform` may sign <!-- attest:production:load-test -->',
    )
    expect(section({ signature: signed })).toBe(
      '**production** checklist\n\n- [x] Load test done (`load-test`): carol, 2026-03-02 11:00 UTC: p99 is 80 ms <!-- attest:production:load-test -->',
    )
    expect(section({ signature: { ...signed, digest: 'x' } })).toContain(
      '- [ ] Load test done (`load-test`): carol signed an earlier change; `team:acme/platform` may sign',
    )
  })
  it('announces a waiver from three days before its end, and judges again then', () => {
    const waiver = {
      rule: 'replicas',
      resource: 'Deployment/worker',
      because: 'single writer',
      owner: 'alice',
    }
    const lines = (until: string): string =>
      section({ checklist: { manual: [], waivers: [{ ...waiver, until }] } })
    expect(lines('2026-03-05')).toBe(
      '**production** checklist\n\n- The waiver of `replicas` on `Deployment/worker` ends after 2026-03-05 (alice: single writer); what it covers is a finding again then.',
    )
    expect(lines('2026-03-06')).not.toContain('waiver of')
    expect(lines('2026-03-01')).not.toContain('waiver of')
    const facts = factsWith({ checklist: { manual: [], waivers: [{ ...waiver, until: '2026-03-09' }] } })
    expect(decide(policy, facts).judgeAgainAt).toBe('2026-03-06T00:00:00.000Z')
  })
})
