import type { Json, JsonObject } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import { numberOf } from './service-ports.ts'

/** A Service that an Ingress or a route sends requests to. */
export interface Backend {
  readonly path: string
  readonly service: string
  readonly namespace: string | undefined
  /** True where a route names the namespace itself: what is there may be rendered by another repository. */
  readonly isElsewhere: boolean
  /** Number or name; undefined where it is not said. */
  readonly port: number | string | undefined
}

export function isIngress({ kind, group }: Subject): boolean {
  return kind === 'Ingress' && (group === 'networking.k8s.io' || group === 'extensions')
}

/** Routes of the Gateway API with rules and backends. */
export function isRoute({ kind, group }: Subject): boolean {
  return group === 'gateway.networking.k8s.io' && (kind === 'HTTPRoute' || kind === 'GRPCRoute')
}

/** https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource */
export function ingressBackends(subject: Subject): readonly Backend[] {
  const { spec, namespace } = subject
  const found: Backend[] = []
  const add = (path: string, value: Json | undefined): void => {
    const backend = mapOf(value)
    const service = mapOf(backend.service)
    const name = textOf(service.name) ?? textOf(backend.serviceName)
    if (name === undefined) return
    const port = mapOf(service.port)
    found.push({
      path,
      service: name,
      namespace,
      isElsewhere: false,
      port:
        numberOf(port.number) ??
        textOf(port.name) ??
        numberOf(backend.servicePort) ??
        textOf(backend.servicePort),
    })
  }
  add('/spec/defaultBackend', spec.defaultBackend)
  add('/spec/backend', spec.backend)
  for (const { rule, path } of ingressRules(spec))
    mapsOf(mapOf(rule.http).paths).forEach((each, index) =>
      add(`${path}/http/paths/${index}/backend`, each.backend),
    )
  return found
}

/** Rules of an Ingress with their field paths. */
export function ingressRules(
  spec: JsonObject,
): readonly { readonly rule: JsonObject; readonly path: string }[] {
  const list = Array.isArray(spec.rules) ? (spec.rules as readonly Json[]) : []
  const paths = listPaths('/spec/rules', 'rules', list)
  return list.map((rule, index) => ({ rule: mapOf(rule), path: paths[index] ?? '/spec/rules' }))
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec */
export function routeBackends({ spec, namespace }: Subject): readonly Backend[] {
  return mapsOf(spec.rules).flatMap((rule, at) =>
    mapsOf(rule.backendRefs).flatMap((reference, index) => {
      const name = textOf(reference.name)
      const isService =
        (reference.kind ?? 'Service') === 'Service' && (reference.group ?? '') === '' && name !== undefined
      return isService
        ? [
            {
              path: `/spec/rules/${at}/backendRefs/${index}`,
              service: name,
              namespace: textOf(reference.namespace) ?? namespace,
              isElsewhere: (textOf(reference.namespace) ?? namespace) !== namespace,
              port: numberOf(reference.port),
            },
          ]
        : []
    }),
  )
}
