import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

const fix =
  'Replace pods a few at a time:\n\n  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n      maxUnavailable: 0\n      maxSurge: 1'

export const rollingUpdate = defineRule({
  id: 'rolling-update',
  severity: 'warning',
  title: 'A served Deployment replaces its pods a few at a time.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
  check: ({ workload, kind, spec }, { rendering }) => {
    if (workload === undefined || kind !== 'Deployment' || rendering.isLender(workload)) return undefined
    const [service] = rendering.servicesOf(workload)
    if (service === undefined) return undefined
    const strategy = mapOf(spec.strategy)
    if (strategy.type === 'Recreate')
      return [
        {
          path: '/spec/strategy/type',
          message: `stops all pods behind Service ${service.name} before it starts new ones (Recreate)`,
          fix,
        },
      ]
    if (mapOf(strategy.rollingUpdate).maxUnavailable !== '100%') return []
    return [
      {
        path: '/spec/strategy/rollingUpdate/maxUnavailable',
        message: `may stop all pods behind Service ${service.name} at once (maxUnavailable 100%)`,
        fix,
      },
    ]
  },
})
