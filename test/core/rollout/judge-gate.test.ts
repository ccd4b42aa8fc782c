import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import type { EnvironmentPolicy } from '../../../src/core/policy/policy.ts'
import { chooseDeployment, judgeGate, type GateFacts } from '../../../src/core/rollout/judge-gate.ts'
import { newRollout, type Rollout } from '../../../src/core/rollout/rollout.ts'

function environment(gates: string): EnvironmentPolicy {
  const text = `version: 1
environments:
  production:
    targets: [a]
    windows: [{ allow: 'Mon 09:00-10:00' }]
    deploy: { by: flux, gates: ${gates} }
`
  const parsed = parsePolicy({ file: 'p.yml', text, extends: () => undefined })
  const found = parsed.ok ? parsed.value.environments[0] : undefined
  if (found === undefined) throw new Error('the policy of the test is bad')
  return found
}

const rollout = newRollout('2026-03-02T08:00:00Z', undefined)
const facts = (gates: string, more: Partial<GateFacts> = {}): GateFacts => ({
  environment: environment(gates),
  pull: 12,
  rollout,
  applied: true,
  frozen: false,
  commands: [],
  ...more,
})
const monday = '2026-03-02T09:30:00Z'
const tuesday = '2026-03-03T09:30:00Z'
const say = (kind: 'promote' | 'rollback', name?: string) => ({
  kind,
  ...(name === undefined ? {} : { name }),
  by: 'dana',
  at: monday,
})

describe('a gate', () => {
  test.each([
    ['open by policy', 'start', facts('{}'), monday, true, 'the policy keeps this gate open'],
    ['waits for a command', 'promotion', facts('{}'), monday, false, 'waits for /promote canary on #12'],
    [
      'opens by a command',
      'promotion',
      facts('{}', { commands: [say('promote')] }),
      monday,
      true,
      'dana let it on at #12',
    ],
    [
      'opens by a command that names it',
      'promotion',
      facts('{}', { commands: [say('promote', 'web')] }),
      monday,
      true,
      'dana let it on at #12',
    ],
    [
      'stays closed for a command that names another',
      'promotion',
      facts('{}', { commands: [say('promote', 'api')] }),
      monday,
      false,
      'waits for /promote canary on #12',
    ],
    [
      'closes by a later rollback',
      'promotion',
      facts('{}', { commands: [say('promote'), say('rollback')] }),
      monday,
      false,
      'dana asked for a rollback on #12',
    ],
    ['opens in the window', 'traffic', facts('{ traffic: window }'), monday, true, 'the window is open'],
    [
      'closes outside the window',
      'traffic',
      facts('{ traffic: window }'),
      tuesday,
      false,
      'the window of production is closed until 2026-03-09T09:00:00.000Z',
    ],
    [
      'closes in a freeze',
      'traffic',
      facts('{ traffic: window }', { frozen: true }),
      monday,
      false,
      'production is frozen',
    ],
    [
      'closes when the deployment is not well',
      'start',
      facts('{}', { rollout: { ...rollout, state: 'failed', sentence: 'failed: x' } }),
      monday,
      false,
      'the deployment of #12 is not well: failed: x',
    ],
    [
      'closes for a canary that nobody knows',
      'start',
      undefined,
      monday,
      false,
      'no deployment that Countersign follows has this canary',
    ],
    ['does not take back by itself', 'rollback', facts('{}'), monday, false, 'nobody asked for a rollback'],
    [
      'takes back when somebody asks',
      'rollback',
      facts('{}', { commands: [say('rollback')] }),
      monday,
      true,
      'dana asked for it on #12',
    ],
    [
      'does not take back what was let on since',
      'rollback',
      facts('{}', { commands: [say('rollback'), say('promote')] }),
      monday,
      false,
      'nobody asked for a rollback',
    ],
    [
      'does not take back what nobody knows',
      'rollback',
      undefined,
      monday,
      false,
      'no deployment that Countersign follows has this canary',
    ],
  ] as const)('%s', (_, gate, given, now, open, reason) => {
    expect(judgeGate(gate, 'web', given, now)).toStrictEqual({ open, reason })
  })

  test.each([
    [
      'of a deployment that has ended',
      { rollout: { ...rollout, state: 'healthy' as const } },
      'the deployment of #12 has ended',
    ],
    ['of a deployment whose canary was not seen yet', { applied: false }, 'was not seen with #12 yet'],
  ])('does not take a command %s for the next canary', (_, more, reason) => {
    const given = facts('{}', { commands: [say('promote')], ...more })
    expect(judgeGate('promotion', 'web', given, monday)).toStrictEqual({ open: false, reason })
    const back = facts('{}', { commands: [say('rollback')], ...more })
    expect(judgeGate('rollback', 'web', back, monday).open).toBe(false)
  })

  test('belongs to the newest deployment that moves', () => {
    const record = (state: Rollout['state']): { readonly rollout: Rollout } => ({
      rollout: { ...rollout, state },
    })
    const [waiting, healthy, failed] = [record('waiting'), record('healthy'), record('failed')]
    expect(chooseDeployment([healthy, waiting, failed])).toBe(waiting)
    expect(chooseDeployment([healthy, failed])).toBe(healthy)
    expect(chooseDeployment([])).toBeUndefined()
  })
})
