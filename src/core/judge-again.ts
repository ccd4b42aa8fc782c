import { absentPolicyDecision } from './policy/absent.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy/policy.ts'
import type { Parsed } from './problem.ts'

/** One place where two decisions differ: a path such as `environments[0].verdict`, and both values as JSON. */
export interface DecisionDifference {
  readonly path: string
  readonly then: string
  readonly now: string
}

/** Judges stored facts again, with the policy that was kept for them. */
export function judgeAgain(policy: Parsed<Policy> | 'absent', facts: Facts): Decision {
  return policy === 'absent' ? absentPolicyDecision(facts) : decide(policy, facts)
}

/** Where two decisions differ; a key without a value is the same as no key. */
export function compareDecisions(then: unknown, now: unknown, path = ''): readonly DecisionDifference[] {
  if (Array.isArray(then) && Array.isArray(now) && then.length === now.length)
    return then.flatMap((each, index) => compareDecisions(each, now[index], `${path}[${index}]`))
  if (isRecord(then) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort()
    return keys.flatMap((key) => compareDecisions(then[key], now[key], path === '' ? key : `${path}.${key}`))
  }
  const texts = { then: JSON.stringify(then) ?? 'nothing', now: JSON.stringify(now) ?? 'nothing' }
  return texts.then === texts.now ? [] : [{ path, ...texts }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
