import { defineRule } from '../rule.ts'
import { budgeted } from './disruption-budgets.ts'

export const pdbTarget = defineRule({
  id: 'pdb-target',
  severity: 'warning',
  title: 'A PodDisruptionBudget selects a workload.',
  page: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  check: (subject, { rendering }) => {
    if (subject.kind !== 'PodDisruptionBudget' || subject.group !== 'policy') return undefined
    if (budgeted(subject, rendering).length > 0) return []
    return [
      {
        path: '/spec/selector',
        message: 'selects no workload of this environment: it protects nothing',
        fix: 'Select labels that the pods have:\n\n  spec:\n    selector:\n      matchLabels:\n        app: web',
      },
    ]
  },
})
