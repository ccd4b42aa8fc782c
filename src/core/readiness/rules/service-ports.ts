import type { Json, JsonObject } from '../../change/resource.ts'
import { mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import type { Container, Workload } from '../rendering/workload.ts'

/** The port of its pods that a port of a Service leads to: a number or a name. */
export function targetOf(port: JsonObject): number | string | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'string') return /^\d+$/.test(target) ? Number(target) : target
  return typeof target === 'number' ? target : undefined
}

/** Containers of a pod that stay: whatever answers requests is one of them. */
export function lastingContainers({ containers }: Workload): readonly Container[] {
  return containers.filter(({ role }) => role !== 'init')
}

/** Whether a container declares a port by number or name. */
export function declaresPort({ object }: Container, port: number | string): boolean {
  return mapsOf(object.ports).some((each) =>
    typeof port === 'number' ? numberOf(each.containerPort) === port : each.name === port,
  )
}

export function declaresPorts({ object }: Container): boolean {
  return mapsOf(object.ports).length > 0
}

/**
 * Containers that Services lead to, each with the first of them. A container need not declare its ports: where none declares the
 * number, a lone container that declares nothing is the one.
 */
export function servedContainers(
  workload: Workload,
  services: readonly Subject[],
): ReadonlyMap<Container, Subject> {
  const lasting = lastingContainers(workload)
  const served = new Map<Container, Subject>()
  const add = (container: Container, service: Subject): void => {
    if (!served.has(container)) served.set(container, service)
  }
  for (const service of services)
    for (const port of mapsOf(service.spec.ports)) {
      const target = targetOf(port)
      if (target === undefined) continue
      const declaring = lasting.filter((each) => declaresPort(each, target))
      for (const container of declaring) add(container, service)
      const [lone] = lasting
      if (declaring.length === 0 && lasting.length === 1 && lone !== undefined && !declaresPorts(lone))
        add(lone, service)
    }
  return served
}

/** A whole number, also where somebody quoted it. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  const text = textOf(value)
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
