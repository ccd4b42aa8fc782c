import type { Json } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { numberOf } from './service-ports.ts'

export const hostPort = defineRule({
  id: 'host-port',
  severity: 'warning',
  title: 'No container takes a port of its node.',
  page: 'https://kubernetes.io/docs/concepts/configuration/overview/#services',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) => {
      const ports = Array.isArray(object.ports) ? (object.ports as readonly Json[]) : []
      const paths = listPaths(`${path}/ports`, 'ports', ports)
      return ports.flatMap((port, index) => {
        const taken = numberOf(mapOf(port).hostPort) ?? 0
        if (taken === 0) return []
        return [
          {
            path: paths[index] ?? path,
            message: `container ${name} takes port ${taken} of its node: no second pod fits there, and network policies do not see it`,
            fix: 'Remove `hostPort` and lead to the pods with a Service.',
          },
        ]
      })
    }),
})
