import type { Json } from '../../change/resource.ts'
import { readLabelMap } from '../rendering/selector.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, textOf } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'
import { declaresPort, declaresPorts, lastingContainers, targetOf } from './service-ports.ts'

export const serviceTarget = defineRule({
  id: 'service-target',
  severity: 'danger',
  title: 'A Service with a selector selects a workload, and leads to a port of its pods.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
  check: (subject, { rendering }) => {
    const { kind, group, spec } = subject
    if (kind !== 'Service' || group !== '' || textOf(spec.type) === 'ExternalName') return undefined
    if (readLabelMap(spec.selector) === undefined) return undefined
    const workloads = rendering.selectedByService(subject)
    if (workloads.length === 0)
      return [
        {
          path: '/spec/selector',
          message: 'selects no workload of this environment: nobody answers',
          fix: 'Select labels that the pods have:\n\n  spec:\n    selector:\n      app: web',
        },
      ]
    const ports = Array.isArray(spec.ports) ? (spec.ports as readonly Json[]) : []
    const paths = listPaths('/spec/ports', 'ports', ports)
    return ports.flatMap((port, index) => {
      const target = targetOf(mapOf(port))
      if (target === undefined || isVariable(target) || workloads.some((each) => answers(each, target)))
        return []
      return [
        {
          path: paths[index] ?? '/spec/ports',
          message: `leads to port ${target}, which no container of ${workloads[0]?.kind ?? ''} ${workloads[0]?.resource.name ?? ''} declares`,
          fix: 'Lead to a port that is there, by its name:\n\n  ports:\n    - port: 80\n      targetPort: http',
        },
      ]
    })
  },
})

function isVariable(target: number | string): boolean {
  return typeof target === 'string' && /[${]/.test(target)
}

/** A container need not declare its ports: where one declares none, a number proves nothing. */
function answers(workload: Workload, target: number | string): boolean {
  const lasting = lastingContainers(workload)
  return (
    lasting.some((each) => declaresPort(each, target)) ||
    (typeof target === 'number' && lasting.some((each) => !declaresPorts(each)))
  )
}
