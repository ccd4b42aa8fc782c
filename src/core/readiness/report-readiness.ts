import type { Finding, ReadinessReport } from './finding.ts'
import { rateFindings } from './rate-findings.ts'

/** Advice never blocks, and what somebody accepted does not either. */
export function isFailing({ severity, suppressed }: Finding): boolean {
  return severity !== 'advice' && suppressed === undefined
}

/** The answer for an environment: findings of the base against those of the head. */
export function reportReadiness(
  base: readonly Finding[],
  head: { readonly findings: readonly Finding[]; readonly passed: number },
): ReadinessReport {
  const findings = rateFindings(base, head.findings)
  return {
    findings,
    new: findings.filter((each) => (each.state === 'new' || each.state === 'worse') && isFailing(each))
      .length,
    all: findings.filter((each) => each.state !== 'fixed' && isFailing(each)).length,
    passed: head.passed,
  }
}
