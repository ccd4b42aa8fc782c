import { describe, expect, it } from 'vitest'
import { answerCommand } from '../../../src/core/commands/answer-command.ts'
import type { CommandContext } from '../../../src/core/commands/command-answer.ts'
import { parseCommands } from '../../../src/core/commands/parse-commands.ts'
import { decide } from '../../../src/core/decide.ts'
import type { EnvironmentFacts, Facts, Permission, PullFacts } from '../../../src/core/facts.ts'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { title } from '../../../src/core/words/title.ts'
import { buildEnvironment, buildFacts, image } from '../../support/build-facts.ts'
import { presets } from '../../support/preset.ts'

const parsed = parsePolicy({
  file: 'p.yml',
  extends: presets,
  text: `version: 1
environments:
  staging: { targets: [s] }
  production:
    targets: [p]
    protected: true
    approvals: [{ name: release managers, count: 1, from: ['team:acme/release'] }]
`,
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const policy = parsed.value
const head = 'c'.repeat(40)
const commit = { sha: head, parents: [], author: mallory(), committer: mallory(), coAuthors: [] }
function mallory(): { login: string; type: 'User' } {
  return { login: 'mallory', type: 'User' }
}

const permissions: Readonly<Record<string, Permission>> = {
  mallory: 'write',
  dana: 'write',
  lee: 'write',
  kim: 'write',
  alex: 'admin',
  sam: 'read',
}

function contextOf(
  login: string,
  pull: Partial<PullFacts> = {},
  production: Partial<EnvironmentFacts> = {},
): CommandContext {
  const bare = buildFacts(
    [buildEnvironment('staging', []), buildEnvironment('production', [image], production)],
    { commits: [commit], ...pull },
  )
  const facts: Facts = {
    ...bare,
    people: {
      permissions: Object.fromEntries(
        Object.entries(permissions).map(([each, value]) => [each, { kind: 'known', value }]),
      ),
      teams: { 'acme/release': { kind: 'known', value: ['dana', 'lee', 'mallory'] } },
    },
  }
  const decision = decide(policy, facts)
  const permission = facts.people.permissions[login] ?? { kind: 'known', value: 'none' }
  const now = Date.parse(facts.takenAt)
  return { login, permission, decision, title: title(decision), state: facts.pull.state, now, facts, policy }
}

function answer(login: string, body: string, ...more: [Partial<PullFacts>?, Partial<EnvironmentFacts>?]) {
  const [command] = parseCommands(body)
  if (command === undefined) throw new Error(`${body} is no command`)
  return answerCommand(command, contextOf(login, ...more))
}
const refused = (reply: string): object => ({ reaction: 'confused', reply, judgeAgain: 'nothing' })
const asked = {
  environment: 'production',
  by: 'kim',
  at: '2026-03-02T11:00:00Z',
  reason: 'down',
  head,
  change: 'sha256:7d1f0a',
}

describe('core/commands/answer-command', () => {
  it.each([
    [
      'sam',
      '/merge',
      'sam has read access to this repository; `/merge` needs write. Ask somebody with write access to comment `/merge`.',
    ],
    [
      'dana',
      '/freeze production because x',
      'dana has write access to this repository; `/freeze` needs maintain. Ask somebody with maintain access to comment `/freeze`.',
    ],
    [
      'alex',
      '/freeze producton because x',
      'There is no environment `producton`. The policy names `staging` and `production`. Did you mean `production`?',
    ],
    [
      'alex',
      '/freeze production until yesterday because x',
      '`yesterday` is not a time to come. Write `18:00`, `2026-12-24`, `2026-12-24 18:00` (UTC, or with a zone such as `Europe/Berlin`) or `2h`.',
    ],
    ['alex', '/unfreeze production', '**production** is not frozen.'],
    ['dana', '/request @sam', 'sam cannot fill a missing slot here. dana or lee may.'],
    ['dana', '/request @other/release', 'other/release cannot fill a missing slot here. dana or lee may.'],
    [
      'kim',
      '/break-glass staging because x',
      'This pull request changes nothing in **staging**: there is no emergency to merge.',
    ],
    [
      'dana',
      '/confirm',
      'There is no emergency merge of this change to confirm. `/break-glass <environment> because <reason>` asks for one.',
    ],
    ['kim', '/mrege', 'There is no `/mrege`. Did you mean `/merge`?'],
  ])('refuses: %s writes %s', (login, body, reply) => {
    expect(answer(login, body)).toEqual(refused(reply))
  })

  it.each([
    ['kim', 'kim asked for it: somebody else has to confirm'],
    ['mallory', 'mallory opened this pull request: somebody who took no part has to confirm'],
    ['alex', 'alex is named by no rule of production'],
  ])('lets %s not confirm', (login, why) => {
    expect(answer(login, '/confirm', { breakGlass: [asked] })).toEqual(
      refused(`This does not confirm the emergency merge into **production**: ${why}.`),
    )
  })

  it('freezes with its end, for every pull request of the repository', () => {
    expect(answer('alex', '/freeze production until 18:00 because database migration')).toEqual({
      reaction: '+1',
      reply:
        '**production** is frozen until Mon 18:00 UTC: database migration. `/unfreeze production` ends it.',
      change: {
        kind: 'freeze',
        environment: 'production',
        until: '2026-03-02T18:00:00.000Z',
        reason: 'database migration',
      },
      judgeAgain: 'repository',
    })
    const frozen = { frozen: { by: 'alex', reason: 'x' } }
    expect(answer('alex', '/unfreeze production', {}, frozen)).toEqual({
      reaction: '+1',
      change: { kind: 'unfreeze', environment: 'production' },
      judgeAgain: 'repository',
    })
  })

  it('asks for an emergency merge, says who may confirm and what stays in the way', () => {
    const objection = {
      id: 'r1',
      by: { login: 'lee', type: 'User' as const },
      state: 'CHANGES_REQUESTED' as const,
      at: '2026-03-02T11:00:00Z',
      commit: head,
      body: '',
    }
    expect(
      answer('kim', '/break-glass production because checkout is down', { reviews: [objection] }),
    ).toEqual({
      reaction: '+1',
      reply:
        'An emergency merge into **production** is asked for: checkout is down. One other person (dana or lee) has to comment `/confirm`; then it merges past missing signatures and closed windows. Still in the way: lee asks for changes.',
      change: {
        kind: 'break-glass',
        environment: 'production',
        reason: 'checkout is down',
        head,
        change: 'sha256:7d1f0a',
      },
      judgeAgain: 'nothing',
    })
    expect(answer('dana', '/confirm', { breakGlass: [asked] })).toEqual({
      reaction: '+1',
      change: { kind: 'confirm', confirmed: [{ environment: 'production', change: 'sha256:7d1f0a' }], head },
      judgeAgain: 'pull',
    })
  })

  it.each(['merge', 'break-glass production because x', 'confirm'])(
    'does not take /%s for a head that came afterwards',
    (words) => {
      const word = words.split(' ')[0] ?? ''
      expect(answer('kim', `/${words}`, { headSince: '2026-03-02T12:00:01Z', breakGlass: [asked] })).toEqual(
        refused(
          `The head changed after this was written. Look at what it is now; if \`/${word}\` still holds, comment it again.`,
        ),
      )
    },
  )

  it('never asks for an emergency merge of what does not render', () => {
    const change = {
      ...buildEnvironment('production', []).change,
      failures: [{ target: 'p', side: 'head' as const, code: 'render-failed', message: 'no such file' }],
    }
    expect(answer('kim', '/break-glass production because x', {}, { change })).toEqual(
      refused(
        '**production** would not render (p): no such file. What does not render is not merged in an emergency either; mend it and push.',
      ),
    )
  })

  it('asks people by name, or whoever is missing', () => {
    expect(answer('mallory', '/request @dana @acme/release').change).toEqual({
      kind: 'request',
      logins: ['dana'],
      teams: ['acme/release'],
    })
    expect(answer('mallory', '/request').change).toEqual({ kind: 'request-missing' })
  })
})
