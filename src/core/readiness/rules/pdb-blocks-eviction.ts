import { scalarText } from '../../change/read-yaml.ts'
import type { Json } from '../../change/resource.ts'
import { defineRule, type Violation } from '../rule.ts'
import { budgeted } from './disruption-budgets.ts'

const fix = 'Let one pod at a time go:\n\n  spec:\n    maxUnavailable: 1'

export const pdbBlocksEviction = defineRule({
  id: 'pdb-blocks-eviction',
  severity: 'danger',
  title: 'A PodDisruptionBudget lets at least one pod go.',
  page: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget',
  check: (subject, { rendering }) => {
    if (subject.kind !== 'PodDisruptionBudget' || subject.group !== 'policy') return undefined
    const { maxUnavailable, minAvailable } = subject.spec
    if (isZero(maxUnavailable))
      return found('/spec/maxUnavailable', `allows ${scalarText(maxUnavailable)} pods to be unavailable`)
    if (minAvailable === undefined || minAvailable === null) return []
    if (typeof minAvailable === 'string' && /^0*[1-9]\d{2,}%$/.test(minAvailable))
      return found('/spec/minAvailable', `wants ${minAvailable} of the pods available`)
    const counts = budgeted(subject, rendering).map((workload) => rendering.replicasOf(workload))
    const total = counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0)
    const wanted = amount(minAvailable, total)
    // Unknown numbers (a DaemonSet, nothing selected) and workloads that run nothing prove nothing.
    if (!(total > 0) || wanted === undefined || wanted < total) return []
    return found(
      '/spec/minAvailable',
      `wants ${scalarText(minAvailable)} available of ${total === 1 ? 'one pod' : `${total} pods`}`,
    )
  },
})

function found(path: string, what: string): readonly Violation[] {
  return [{ path, message: `${what}, so no pod may ever be evicted: nodes cannot be drained`, fix }]
}

function isZero(value: Json | undefined): boolean {
  return value === 0 || (typeof value === 'string' && /^0+%?$/.test(value))
}

/** Percentages are rounded up: https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages */
function amount(value: Json, total: number): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^\d{1,4}%?$/.test(value)) return undefined
  return value.endsWith('%') ? Math.ceil((Number(value.slice(0, -1)) * total) / 100) : Number(value)
}
