import type { RiskRule } from './subject.ts'

/** A rename is two things to a cluster. */
export const identityRisks: RiskRule = ({ renamed, before, after }) =>
  renamed && before !== undefined && after !== undefined
    ? [
        {
          id: 'renamed',
          severity: 'warning',
          message: `is renamed from ${before.name}: the old ${before.kind} is deleted and a new one created`,
        },
      ]
    : []
