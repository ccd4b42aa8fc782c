import { decide } from '../decide.ts'
import { compareDecision, type Difference } from './compare.ts'
import type { PolicyCase } from './parse-cases.ts'
import { toFacts } from './to-facts.ts'

export interface CaseResult {
  readonly name: string
  readonly passed: boolean
  readonly differences: readonly Difference[]
  /** What was decided, for people who look for the cause: `production: waiting for 1 of 2 approvals (config owners)`. */
  readonly because: readonly string[]
}

/** Judges a case with the same function as the server, and compares what it names. */
export function runCase({ name, policy, shape }: PolicyCase): CaseResult {
  const decision = decide(policy, toFacts(shape, policy))
  const differences = compareDecision(shape.expect, decision)
  const because = [
    ...decision.reasons.map(({ sentence }) => sentence),
    ...decision.environments.flatMap((environment) =>
      environment.reasons.map(({ sentence }) => `${environment.name}: ${sentence}`),
    ),
  ]
  return { name, passed: differences.length === 0, differences, because }
}
