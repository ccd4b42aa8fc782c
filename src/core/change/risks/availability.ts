import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { isJsonObject } from '../read-yaml.ts'
import type { JsonObject, Resource } from '../resource.ts'
import { noiseOf } from '../noise.ts'
import { containersOf, podSpecOf, type RiskRule, type RiskSubject } from './subject.ts'

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const

export const availabilityRisks: RiskRule = ({ action, before, after, changes }) => {
  if (after === undefined || action === 'removed') return []
  return [...replicas(before, after), ...removedProbes(before, after), ...restart(after, changes)]
}

/** Said where the reader would not think of it: nothing but noise changes, and some of it in the pod template. */
function restart(after: Resource, changes: RiskSubject['changes']): readonly Risk[] {
  if (podSpecOf(after) === undefined || after.kind === 'Job') return []
  const restarts =
    changes.every((change) => noiseOf(change) !== undefined) &&
    changes.some(({ path }) => path.startsWith('/spec/template/metadata/'))
  return restarts
    ? [
        {
          id: 'pods-restart',
          severity: 'advice',
          message: 'its pods restart: labels or checksums of the pod template change',
        },
      ]
    : []
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
    if (path === 'spec.replicas' && typeof from === 'number' && from > 1 && to == null)
      return [
        {
          id: 'replicas-unset',
          severity: 'advice',
          message: `no longer says how many replicas (${from} before): one, unless something scales it`,
        },
      ]
    if (typeof to !== 'number' || to === from) return []
    if (to === 0 && path !== 'spec.minReplicas' && path !== 'spec.minReplicaCount')
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
