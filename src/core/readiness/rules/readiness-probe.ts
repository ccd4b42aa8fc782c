import { defineRule } from '../rule.ts'
import { mapOf } from '../rendering/subject.ts'
import { servedContainers } from './service-ports.ts'

export const readinessProbe = defineRule({
  id: 'readiness-probe',
  severity: 'warning',
  title: 'Every container that a Service sends requests to has a readiness probe.',
  page: 'https://kubernetes.io/docs/concepts/workloads/pods/probes/#readiness-probe',
  check: ({ workload }, { rendering }) => {
    if (workload === undefined || workload.borrowed || workload.runsOnce) return undefined
    const services = rendering.servicesOf(workload)
    if (services.length === 0) return undefined
    const served = servedContainers(workload, services)
    return [...served].flatMap(([container, service]) =>
      Object.keys(mapOf(container.object.readinessProbe)).length > 0
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has no readiness probe, and Service ${service.name} sends it requests: it gets them before it can answer`,
              fix: 'Add to the container a question that it answers once it can serve:\n\n  readinessProbe:\n    httpGet:\n      path: /readyz\n      port: http',
            },
          ],
    )
  },
})
