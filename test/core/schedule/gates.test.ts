import { expect, it } from 'vitest'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { judgeGates } from '../../../src/core/schedule/gates.ts'
import { buildEnvironment } from '../../support/build-facts.ts'
import { presets } from '../../support/preset.ts'

it.each<[readonly number[], string, string]>([
  [[], 'one-at-a-time', 'waiting for the deployment of #12 to end'],
  [[9], 'one-at-a-time', 'waiting for the deployment of #12 to end; 1 asked before: #9'],
  [
    [9, 8, 7, 5, 4],
    'one-at-a-time',
    'waiting for the deployment of #12 to end; 5 asked before: #9, #8, #7 and 2 more',
  ],
  [[9], 'parallel', ''],
])('%j asked before, %s', (askedBefore, queue, sentence) => {
  const text = `version: 1\nenvironments: { live: { targets: [a], merge: { queue: ${queue} } } }\n`
  const policy = parsePolicy({ file: 'p.yml', text, extends: presets })
  if (!policy.ok) throw new Error(JSON.stringify(policy.problems))
  const [environment] = policy.value.environments
  if (environment === undefined) throw new Error('no environment')
  const facts = buildEnvironment('live', [], { deploying: 12, askedBefore })
  const { reasons } = judgeGates(environment, facts, 3, Date.parse('2026-03-02T12:00:00Z'))
  expect(reasons.map((reason) => reason.sentence).join()).toBe(sentence)
})
