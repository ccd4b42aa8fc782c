import { verdicts, type Reason } from '../decision.ts'

/** Reasons in order of weight: the worst verdict first, and as they were found among equals. */
export function byWeight(reasons: readonly Reason[]): Reason[] {
  return [...reasons].sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict))
}
