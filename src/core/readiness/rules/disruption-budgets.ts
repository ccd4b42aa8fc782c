import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { readSelector } from '../rendering/selector.ts'
import type { Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'

/** PodDisruptionBudgets whose whole selector matches the pods of a workload. */
export function disruptionBudgetsOf(workload: Workload, rendering: RenderingIndex): readonly Subject[] {
  return budgets(rendering).get(workload) ?? []
}

/**
 * Workloads that a PodDisruptionBudget selects. An empty selector selects all pods of the namespace in policy/v1, none before.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors
 */
export function budgeted(
  { spec, resource, namespace }: Subject,
  rendering: RenderingIndex,
): readonly Workload[] {
  const selector = readSelector(spec.selector)
  if (selector === undefined) return []
  const isEmpty = selector.equal.length === 0 && selector.expressions.length === 0
  return isEmpty && resource.apiVersion === 'policy/v1beta1' ? [] : rendering.select(selector, namespace)
}

function budgets(rendering: RenderingIndex): ReadonlyMap<Workload, readonly Subject[]> {
  return rendering.once('disruption-budgets', () => {
    const found = new Map<Workload, Subject[]>()
    for (const budget of rendering.ofKind('policy', 'PodDisruptionBudget'))
      for (const workload of budgeted(budget, rendering)) {
        const known = found.get(workload)
        if (known === undefined) found.set(workload, [budget])
        else known.push(budget)
      }
    return found
  })
}
