import { readLabelMap, selects } from '../rendering/selector.ts'
import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

export const statefulsetService = defineRule({
  id: 'statefulset-service',
  severity: 'danger',
  title: 'The serviceName of a StatefulSet names a headless Service that selects its pods.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations',
  check: ({ kind, group, spec, namespace, workload }, { rendering }) => {
    if (kind !== 'StatefulSet' || group !== 'apps') return undefined
    const name = textOf(spec.serviceName)
    const services = name === undefined ? [] : rendering.named('', 'Service', name, namespace)
    const headless = services.filter(({ spec: service }) => service.clusterIP === 'None')
    const isServed = headless.some(({ spec: service }) => {
      const selector = readLabelMap(service.selector)
      return selector !== undefined && (workload === undefined || selects(selector, workload.labels))
    })
    if (isServed) return []
    const problem =
      name === undefined
        ? 'names no Service'
        : services.length === 0
          ? `names Service ${name}, which this environment does not render`
          : headless.length === 0
            ? `names Service ${name}, which is not headless`
            : `names Service ${name}, which does not select its pods`
    return [
      {
        path: '/spec/serviceName',
        message: `${problem}: its pods get no names of their own`,
        fix: `Add a headless Service and name it:\n\n  apiVersion: v1\n  kind: Service\n  metadata:\n    name: ${name ?? 'web'}\n  spec:\n    clusterIP: None\n    selector:\n      app: web`,
      },
    ]
  },
})
