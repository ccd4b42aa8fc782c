import { namedBy } from '../approval/named-by.ts'
import type { Reason } from '../decision.ts'
import type { EnvironmentFacts, ManualItemFacts, PeopleFacts } from '../facts.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { listAnd, listOr } from '../policy/suggest.ts'

/** `signed`, `open`; `stale`: signed for another change; `not-named`: by somebody the item does not name; `unknown`: GitHub did not say. */
export type ManualState = 'signed' | 'open' | 'stale' | 'not-named' | 'unknown'

/** Where a manual item stands for the change as it is rendered now. */
export function manualState(
  { by, signature }: ManualItemFacts,
  digest: string,
  people: PeopleFacts,
): ManualState {
  if (signature === undefined) return 'open'
  if (signature.digest !== digest) return 'stale'
  const named = namedBy(by, signature.by, people)
  return named === 'yes' ? 'signed' : named === 'no' ? 'not-named' : 'unknown'
}

/** Manual items that nobody has signed for this change. */
export function judgeManual(
  { block }: EnvironmentPolicy['readiness'],
  { change, checklist }: EnvironmentFacts,
  people: PeopleFacts,
): Reason[] {
  if (block === 'none' || checklist === undefined) return []
  const { digest } = change.change
  const states = checklist.manual.map((item) => ({ item, state: manualState(item, digest, people) }))
  const unknown = states.filter(({ state }) => state === 'unknown').map(({ item }) => item.id)
  const missing = states
    .filter(({ state }) => state !== 'signed' && state !== 'unknown')
    .map(({ item }) => item)
  const who = [...new Set(missing.flatMap(({ by }) => by.map(({ text }) => text)))]
  const ids = missing.map(({ id }) => id)
  return [
    ...(unknown.length === 0
      ? []
      : [
          {
            code: 'lookup-failed',
            verdict: 'error' as const,
            sentence: `GitHub did not say whether whoever signed ${listAnd(unknown)} may`,
            next: 'It is tried again by itself; `/retry` asks now.',
          },
        ]),
    ...(missing.length === 0
      ? []
      : [
          {
            code: 'manual',
            verdict: 'waiting' as const,
            sentence: `waiting for ${ids.length === 1 ? 'a signature' : `${ids.length} signatures`} on the checklist (${listAnd(ids)})`,
            next: `${listOr(who)} may sign: tick it in the comment, or write \`/attest ${ids[0] ?? ''}\`.`,
          },
        ]),
  ]
}
