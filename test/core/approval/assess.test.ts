import { describe, expect, it } from 'vitest'
import { assessOpinion } from '../../../src/core/approval/assess.ts'
import { latestOpinions } from '../../../src/core/approval/opinions.ts'
import type { PeopleFacts, ReviewFacts } from '../../../src/core/facts.ts'
import { buildEnvironment, image } from '../../support/build-facts.ts'

const review: ReviewFacts = {
  id: 'r1',
  by: { login: 'dana', type: 'User' },
  state: 'APPROVED',
  at: '2026-03-02T11:00:00Z',
  commit: 'c1',
  body: '',
}

function assess(more: Partial<ReviewFacts>, people: PeopleFacts, digest = 'sha256:7d1f0a') {
  const [opinion] = latestOpinions([{ ...review, ...more }])
  if (opinion === undefined) throw new Error('there is no opinion')
  const digests = {
    c1: { kind: 'known' as const, value: { change: digest, moved: ['Deployment web/frontend'] } },
  }
  const environment = buildEnvironment('production', [image], { digests })
  return assessOpinion(opinion, {
    people,
    barred: new Map(),
    binding: { binding: 'change', head: 'c1', environment, baseChangedAt: undefined },
    expiresMs: null,
    now: Date.parse('2026-03-02T12:00:00Z'),
  })
}
const writer: PeopleFacts = { permissions: { dana: { kind: 'known', value: 'write' } }, teams: {} }

describe('core/approval/assess', () => {
  it('says of a dismissed review that it was dismissed, though nobody asked what its author may do', () => {
    const { unfit, lapsed } = assess({ state: 'DISMISSED' }, { permissions: {}, teams: {} })
    expect(unfit).toBeNull()
    expect(lapsed).toEqual({
      reason: 'dismissed',
      sentence: "dana's review does not count: it was dismissed",
    })
  })

  it('says of an approval of the head that the base moved when merging would do something else', () => {
    expect(assess({}, writer).lapsed).toBeNull()
    expect(assess({}, writer, 'sha256:other').lapsed).toEqual({
      reason: 'stale',
      sentence:
        "dana's approval does not count: the base moved, and merging now would change something else (Deployment web/frontend); update the branch",
    })
  })
})
