import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.ts'
import { planEffects, type Words } from '../../src/core/effects.ts'

const decision: Decision = { verdict: 'waiting', head: 'c2', reasons: [], environments: [], merge: null }
const check: Words['check'] = {
  status: 'in_progress',
  title: 't',
  summary: 's',
  annotations: [],
  externalId: 'sha256:1',
}
const words: Words = { check, comment: { body: 'hello\n', quiet: false } }
const standing = { id: 5, head: 'c2', externalId: 'sha256:1', status: 'in_progress' }

describe('core/effects', () => {
  it('publishes everything the first time', () => {
    expect(planEffects(decision, words, { check: null, comment: null })).toEqual([
      { kind: 'check', head: 'c2', existing: undefined, check },
      { kind: 'comment', existing: undefined, body: 'hello\n' },
    ])
  })

  it('does nothing when GitHub says it already', () => {
    expect(planEffects(decision, words, { check: standing, comment: { id: 6, body: 'hello' } })).toEqual([])
  })

  it('updates what differs, and makes a new check for a new head', () => {
    const published = { check: { ...standing, externalId: 'sha256:0' }, comment: { id: 6, body: 'before' } }
    expect(planEffects(decision, words, published)).toEqual([
      { kind: 'check', head: 'c2', existing: 5, check },
      { kind: 'comment', existing: 6, body: 'hello\n' },
    ])
    expect(
      planEffects(decision, words, { ...published, check: { ...standing, head: 'c1' } })[0],
    ).toMatchObject({ existing: undefined })
  })

  it('makes no comment for a quiet pull request, and keeps one that exists up to date', () => {
    const quiet: Words = { ...words, comment: { body: 'nothing', quiet: true } }
    expect(planEffects(decision, quiet, { check: standing, comment: null })).toEqual([])
    expect(planEffects(decision, quiet, { check: standing, comment: { id: 6, body: 'before' } })).toEqual([
      { kind: 'comment', existing: 6, body: 'nothing' },
    ])
  })

  it('merges last, and asks to be judged again when something happens by itself', () => {
    const ready: Decision = {
      ...decision,
      verdict: 'ready',
      merge: { method: 'squash', head: 'c2', askedBy: 'alice' },
      judgeAgainAt: '2026-03-02T10:00:00.000Z',
    }
    expect(planEffects(ready, words, { check: standing, comment: { id: 6, body: 'hello' } })).toEqual([
      { kind: 'judge-again', at: '2026-03-02T10:00:00.000Z' },
      { kind: 'merge', method: 'squash', head: 'c2', askedBy: 'alice' },
    ])
  })
})
