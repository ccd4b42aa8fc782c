import { defineRule } from '../rule.ts'

const counted = new Set(['Deployment', 'StatefulSet', 'Rollout'])

export const replicas = defineRule({
  id: 'replicas',
  severity: 'warning',
  title: 'A served Deployment, StatefulSet or Rollout runs at least two pods.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas',
  check: ({ workload, kind, spec }, { rendering }) => {
    if (workload === undefined || !counted.has(kind) || rendering.isLender(workload)) return undefined
    const [service] = rendering.servicesOf(workload)
    if (service === undefined) return undefined
    if (rendering.autoscalersOf(workload).length > 0) return []
    const count = spec.replicas ?? 1
    // Anything else is a variable, or an error of the schema.
    if (typeof count !== 'number' || count >= 2) return []
    const runs = count === 1 ? 'one pod' : 'no pod'
    const so = count === 1 ? 'every restart is an outage' : 'nobody answers'
    return [
      {
        path: '/spec/replicas',
        message: `runs ${runs} behind Service ${service.name}: ${so}`,
        fix: 'Run at least two, or let an autoscaler decide:\n\n  spec:\n    replicas: 2',
      },
    ]
  },
})
