import { expect, it } from 'vitest'
import type { MergeAsked } from '../../src/core/facts.ts'
import { findAskedBefore } from '../../src/pipeline/find-asked-before.ts'
import type { DecisionRecord, PullKey, PullRecord } from '../../src/ports/store.ts'
import { buildDecision, buildFacts } from '../support/build-facts.ts'

const key = (number: number): PullKey => `acme/shop#${number}`
const asked: Readonly<Record<string, MergeAsked>> = {
  [key(7)]: { by: 'lee', at: '2026-03-02T12:00:00Z', head: 'h7' },
  [key(8)]: { by: 'lee', at: '2026-03-02T11:00:00Z', head: 'h8' },
  [key(9)]: { by: 'lee', at: '2026-03-02T10:00:00Z', head: 'h9' },
  [key(10)]: { by: 'lee', at: '2026-03-02T13:00:00Z', head: 'h10' },
  [key(11)]: { by: 'lee', at: '2026-03-02T09:00:00Z', head: 'pushed since' },
  [key(12)]: { by: 'lee', at: '2026-03-02T09:00:00Z', head: 'h12' },
}
/** Only #12 waits for something else. */
function decided(pull: PullKey): DecisionRecord {
  const code = pull === key(12) ? 'window' : 'deploying'
  const reasons = [{ code, verdict: 'waiting' as const, sentence: 'waiting' }]
  const environment = { name: 'production', verdict: 'waiting' as const, protected: true, reasons, rules: [] }
  const decision = buildDecision([environment])
  return { at: '2026-03-02T12:00:00Z', policyHash: 'p', policy: undefined, facts: buildFacts([]), decision }
}
const open = [7, 8, 9, 10, 11, 12, 13].map((number): PullRecord => ({
  ...{ key: key(number), installation: 1, state: 'open', base: 'main', head: `h${number}` },
  ...{ verdict: 'waiting', title: '' },
}))
const store = {
  openPulls: async () => open,
  mergeAsked: async (pull: PullKey) => asked[pull],
  readDecision: async (pull: PullKey) => decided(pull),
}

it.each([
  ['asked at noon', 7, 'production', [9, 8]],
  ['asked first', 9, 'production', []],
  ['not asked', 13, 'production', [9, 8, 7, 10]],
  ['another environment', 13, 'staging', []],
])('%s', async (_, number, environment, before) => {
  expect(await findAskedBefore(store, { repository: 'acme/shop', number }, environment)).toEqual(before)
})
