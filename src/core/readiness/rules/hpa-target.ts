import { readAutoscaler } from '../rendering/autoscaler.ts'
import { sameNamespace } from '../rendering/selector.ts'
import { defineRule } from '../rule.ts'

export const hpaTarget = defineRule({
  id: 'hpa-target',
  severity: 'danger',
  title: 'What an autoscaler targets is there.',
  page: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  check: (subject, { rendering }) => {
    if (!isAutoscaler(subject.group, subject.kind)) return undefined
    const { group, kind, name } = readAutoscaler(subject)
    const targets = rendering.once('by kind and name', () =>
      Map.groupBy(rendering.subjects, (each) => `${each.kind}/${each.name}`),
    )
    const isThere = (targets.get(`${kind}/${name}`) ?? []).some(
      (each) =>
        sameNamespace(each.namespace, subject.namespace) && (group === undefined || each.group === group),
    )
    if (isThere) return []
    return [
      {
        path: '/spec/scaleTargetRef',
        message: `targets ${kind} ${name}, which this environment does not render: it scales nothing`,
        fix: 'Name a workload of this environment, with its apiVersion:\n\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: web',
      },
    ]
  },
})

/** The kinds that scale others. */
export function isAutoscaler(group: string, kind: string): boolean {
  return (
    (kind === 'HorizontalPodAutoscaler' && group === 'autoscaling') ||
    (kind === 'ScaledObject' && group === 'keda.sh')
  )
}
