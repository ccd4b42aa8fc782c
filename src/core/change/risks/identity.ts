import type { Risk } from '../change.ts'
import type { RiskRule } from './subject.ts'

/** A rename is two things to a cluster; another version of the same group is none. */
export const identityRisks: RiskRule = ({ renamed, before, after }) => {
  if (before === undefined || after === undefined) return []
  const risks: Risk[] = []
  if (renamed)
    risks.push({
      id: 'renamed',
      severity: 'warning',
      message: `is renamed from ${before.name}: the old ${before.kind} is deleted and a new one created`,
    })
  if (before.apiVersion !== after.apiVersion)
    risks.push({
      id: 'api-version-changed',
      severity: 'advice',
      message: `is written in ${after.apiVersion}, before in ${before.apiVersion}: the same object, if its fields mean the same`,
    })
  return risks
}
