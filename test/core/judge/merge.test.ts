import { expect, it } from 'vitest'
import type { MergeAsked } from '../../../src/core/facts.ts'
import { planMerge } from '../../../src/core/judge/merge.ts'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { buildPull } from '../../support/build-facts.ts'
import { presets } from '../../support/preset.ts'

const head = 'c'.repeat(40)
const asked: MergeAsked = { by: 'lee', at: '2026-03-02T12:00:00Z', head }

it.each<[string, MergeAsked, string | undefined, boolean]>([
  ['asked for the head', asked, undefined, true],
  ['asked before the head was there', asked, '2026-03-02T12:00:05Z', false],
  ['carried over an update from the base branch', { ...asked, carried: true }, '2026-03-02T12:00:05Z', true],
  ['carried to another head', { ...asked, carried: true, head: 'd'.repeat(40) }, undefined, false],
])('%s', (_name, mergeAsked, headSince, isAsked) => {
  const policy = parsePolicy({
    file: 'p.yml',
    text: 'version: 1\nenvironments: { live: { targets: [a] } }\n',
    extends: presets,
  })
  if (!policy.ok) throw new Error(JSON.stringify(policy.problems))
  const pull = buildPull({ mergeAsked, ...(headSince === undefined ? {} : { headSince }) })
  const people = { permissions: { lee: { kind: 'known', value: 'write' } }, teams: {} } as const
  const facts = { takenAt: '2026-03-02T12:01:00Z', pull, people, environments: {} }
  const merge = planMerge(policy.value, facts, 'ready', policy.value.environments)
  expect(merge).toEqual(isAsked ? { method: 'merge', head, askedBy: 'lee' } : null)
})
