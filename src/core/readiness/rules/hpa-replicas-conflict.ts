import { defineRule } from '../rule.ts'

export const hpaReplicasConflict = defineRule({
  id: 'hpa-replicas-conflict',
  severity: 'warning',
  title: 'A workload that an autoscaler targets leaves `replicas` to it.',
  page: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  check: ({ workload, spec }, { rendering }) => {
    const [autoscaler] = workload === undefined ? [] : rendering.autoscalersOf(workload)
    if (autoscaler === undefined) return undefined
    if (spec.replicas === undefined || spec.replicas === null) return []
    const { kind, name } = autoscaler.subject
    return [
      {
        path: '/spec/replicas',
        message: `sets replicas although ${kind} ${name} decides them: every deployment scales it back`,
        fix: 'Remove `replicas` from the spec; the autoscaler has a minimum of its own.',
      },
    ]
  },
})
