import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { isJsonObject } from '../read-yaml.ts'
import type { JsonObject, Resource } from '../resource.ts'
import { containersOf, podSpecOf, type RiskRule } from './subject.ts'

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

export const availabilityRisks: RiskRule = ({ action, before, after }) => {
  if (after === undefined || action === 'removed') return []
  return [...replicas(before, after), ...removedProbes(before, after)]
}

function replicas(before: Resource | undefined, after: Resource): readonly Risk[] {
  return [
    'spec.replicas',
    'spec.minReplicas',
    'spec.maxReplicas',
    'spec.minReplicaCount',
    'spec.maxReplicaCount',
  ].flatMap((path): readonly Risk[] => {
    const from = before === undefined ? undefined : valueAt(before.object, path)
    const to = valueAt(after.object, path)
    if (typeof to !== 'number' || to === from) return []
    if (to === 0 && path === 'spec.replicas')
      return [
        {
          id: 'replicas-zero',
          severity: 'danger',
          message: 'goes to 0 replicas: nothing will run',
        },
      ]
    if (typeof from !== 'number' || to >= from) return []
    const what =
      path === 'spec.replicas'
        ? `goes from ${from} to ${to} replicas`
        : `${path.split('.').at(-1)} goes from ${from} to ${to}`
    return [{ id: 'scaled-down', severity: to * 2 <= from ? 'warning' : 'advice', message: what }]
  })
}

function removedProbes(before: Resource | undefined, after: Resource): readonly Risk[] {
  const olds = new Map(containersOf(podSpecOf(before)).map((container) => [nameOf(container), container]))
  return containersOf(podSpecOf(after)).flatMap((container) =>
    probes
      .filter(
        (probe) => isJsonObject(olds.get(nameOf(container))?.[probe]) && !isJsonObject(container[probe]),
      )
      .map((probe): Risk => ({
        id: 'probe-removed',
        severity: 'warning',
        message: `container ${nameOf(container)} loses its ${probe}`,
      })),
  )
}

function nameOf(container: JsonObject): string {
  return typeof container.name === 'string' ? container.name : ''
}
