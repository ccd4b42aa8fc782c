import { defineRule } from '../rule.ts'

export const hpaMinReplicas = defineRule({
  id: 'hpa-min-replicas',
  severity: 'warning',
  title: 'A HorizontalPodAutoscaler keeps at least two pods.',
  page: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  check: ({ kind, group, spec }) => {
    if (kind !== 'HorizontalPodAutoscaler' || group !== 'autoscaling') return undefined
    const { minReplicas } = spec
    if (
      minReplicas !== undefined &&
      minReplicas !== null &&
      (typeof minReplicas !== 'number' || minReplicas >= 2)
    )
      return []
    return [
      {
        path: '/spec/minReplicas',
        message:
          typeof minReplicas === 'number'
            ? `goes down to ${minReplicas} ${minReplicas === 1 ? 'pod' : 'pods'}: in quiet hours every restart is an outage`
            : 'says no minimum, which is one pod: in quiet hours every restart is an outage',
        fix: 'Add:\n\n  spec:\n    minReplicas: 2',
      },
    ]
  },
})
