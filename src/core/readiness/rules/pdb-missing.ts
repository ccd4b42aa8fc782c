import { scalarText } from '../../change/read-yaml.ts'
import { defineRule } from '../rule.ts'
import { disruptionBudgetsOf } from './disruption-budgets.ts'

export const pdbMissing = defineRule({
  id: 'pdb-missing',
  severity: 'warning',
  title: 'A workload of two or more pods has a PodDisruptionBudget whose whole selector matches it.',
  page: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  check: ({ workload, kind }, { rendering }) => {
    if (workload === undefined || kind === 'ReplicaSet') return undefined
    const count = rendering.replicasOf(workload)
    if (count === undefined || count < 2) return undefined
    if (disruptionBudgetsOf(workload, rendering).length > 0) return []
    const labels = Object.entries(workload.labels).map(([key, value]) => [key, scalarText(value)] as const)
    const [key, value] = labels[0] ?? ['app', workload.resource.name]
    return [
      {
        path: '',
        message: `runs ${count} pods and no PodDisruptionBudget selects them: draining nodes may stop all of them at once`,
        fix: `Add a PodDisruptionBudget:\n\n  apiVersion: policy/v1\n  kind: PodDisruptionBudget\n  metadata:\n    name: ${workload.resource.name}\n  spec:\n    maxUnavailable: 1\n    selector:\n      matchLabels:\n        ${key}: ${value.slice(0, 63)}`,
      },
    ]
  },
})
