import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { ingressBackends, isIngress, isRoute, routeBackends, type Backend } from './ingress-backends.ts'
import { numberOf } from './service-ports.ts'

export const ingressTarget = defineRule({
  id: 'ingress-target',
  severity: 'danger',
  title: 'What an Ingress or an HTTPRoute leads to is there: the Service, and its port.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  check: (subject, { rendering }) => {
    if (!isIngress(subject) && !isRoute(subject)) return undefined
    const backends = isIngress(subject) ? ingressBackends(subject) : routeBackends(subject)
    return backends.flatMap((backend) => {
      const problem = problemOf(backend, rendering)
      return problem === undefined
        ? []
        : [
            {
              path: backend.path,
              message: problem,
              fix: 'Name a Service of this environment and one of its ports:\n\n  backend:\n    service:\n      name: web\n      port:\n        name: http',
            },
          ]
    })
  },
})

function problemOf(
  { service, namespace, isElsewhere, port }: Backend,
  rendering: RenderingIndex,
): string | undefined {
  // The AWS load balancer controller keeps such backends in annotations.
  if (port === 'use-annotation' || /[${]/.test(service)) return undefined
  const found = rendering.named('', 'Service', service, namespace)
  if (found.length === 0)
    return madeServices(rendering).has(service) ||
      (isElsewhere && !rendering.ofKind('', 'Service').some((each) => each.namespace === namespace))
      ? undefined
      : `leads to Service ${service}, which this environment does not render`
  if (port === undefined) return undefined
  const isThere = found.some(({ spec }) => {
    const ports = mapsOf(spec.ports)
    if (ports.length === 0 && textOf(spec.type) === 'ExternalName') return true
    return ports.some((each) =>
      typeof port === 'number' ? numberOf(each.port) === port : each.name === port,
    )
  })
  return isThere ? undefined : `leads to port ${port} of Service ${service}, which has no such port`
}

/** Services that controllers make: Flagger for a Canary, Knative for its own. */
function madeServices(rendering: RenderingIndex): ReadonlySet<string> {
  return rendering.once('made-services', () => {
    const canaries = rendering.ofKind('flagger.app', 'Canary').flatMap(({ spec }) => {
      const name = textOf(mapOf(spec.service).name) ?? textOf(mapOf(spec.targetRef).name)
      return name === undefined ? [] : [name, `${name}-primary`, `${name}-canary`]
    })
    return new Set([
      ...canaries,
      ...rendering.ofKind('serving.knative.dev', 'Service').map(({ name }) => name),
    ])
  })
}
