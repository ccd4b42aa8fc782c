import type { Reason } from '../decision.ts'
import type { EnvironmentFacts } from '../facts.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'

/** Findings that block, and a checklist that should have run and did not. */
export function judgeReadiness(
  { checklist, block }: EnvironmentPolicy['readiness'],
  { readiness, readinessProblems = [] }: EnvironmentFacts,
): Reason[] {
  if (block === 'none') return []
  const [problem] = readinessProblems
  if (problem !== undefined)
    return [
      {
        code: 'readiness-unreadable',
        verdict: 'error',
        sentence: `the checklist cannot be read (${problem.file}:${problem.line}): ${problem.message}`,
        next: 'Mend the checklist.',
      },
    ]
  if (readiness === undefined) {
    if (checklist === null) return []
    return [
      {
        code: 'readiness-missing',
        verdict: 'error',
        sentence: `checklist ${checklist} did not run`,
        next: 'It is tried again by itself; `/retry` asks now.',
      },
    ]
  }
  const count = block === 'new' ? readiness.new : readiness.all
  if (count === 0) return []
  const kind = block === 'new' ? 'new readiness ' : 'readiness '
  return [
    {
      code: 'readiness',
      verdict: 'blocked',
      sentence: `${count} ${kind}${count === 1 ? 'finding' : 'findings'}`,
      next: 'Mend what the comment lists, or have it waived: `/waive`.',
    },
  ]
}
