import { canonicalJson } from '../../change/canonical-json.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { mapOf, mapsOf } from '../rendering/subject.ts'
import type { Container } from '../rendering/workload.ts'
import { numberOf } from './service-ports.ts'

export const probeFields = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const
const handlers = ['httpGet', 'tcpSocket', 'grpc', 'exec'] as const

/** The values that the API server fills in: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe */
const defaults = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
}

/** A probe as text, the same exactly when it asks the same thing with the same timing. Undefined: there is none. */
export function probeText(container: Container, field: (typeof probeFields)[number]): string | undefined {
  const probe = mapOf(container.object[field])
  const handler = handlers.find((each) => probe[each] !== undefined)
  if (handler === undefined) return undefined
  const timing = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, probe[name] ?? value]),
  )
  const asked = mapOf(probe[handler])
  const filled: JsonObject = {
    ...asked,
    ...(handler === 'exec' ? {} : { port: portNumber(container, asked.port) ?? null }),
    ...(handler === 'httpGet' ? { path: asked.path ?? '/', scheme: asked.scheme ?? 'HTTP' } : {}),
  }
  return canonicalJson({ handler, asked: filled, timing })
}

function portNumber({ object }: Container, port: Json | undefined): Json | undefined {
  if (typeof port !== 'string') return port
  const named = mapsOf(object.ports).find(({ name }) => name === port)
  return named === undefined ? port : (numberOf(named.containerPort) ?? port)
}
