import { isJsonObject } from '../../change/read-yaml.ts'
import { mapOf, mapsOf } from '../rendering/subject.ts'
import { readSelector, selects } from '../rendering/selector.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'

export const spread = defineRule({
  id: 'spread',
  severity: 'warning',
  title: 'A workload of two or more pods spreads them, by pod anti-affinity or topologySpreadConstraints.',
  page: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
  check: ({ workload, kind }, { rendering }) => {
    if (workload === undefined || kind === 'ReplicaSet') return undefined
    const count = rendering.replicasOf(workload)
    if (count === undefined || count < 2) return undefined
    const { podSpec, resource } = workload
    if (mapsOf(podSpec.topologySpreadConstraints).length > 0 || keepsApart(workload)) return []
    return [
      {
        path: '',
        message: `runs ${count} pods and nothing keeps them apart: one node can take all of them down`,
        fix: `Add to the pod's spec, with labels of the pod:\n\n  topologySpreadConstraints:\n    - maxSkew: 1\n      topologyKey: kubernetes.io/hostname\n      whenUnsatisfiable: ScheduleAnyway\n      labelSelector:\n        matchLabels:\n          app: ${resource.name}`,
      },
    ]
  },
})

/** Anti-affinity to pods with other labels keeps its own together. */
function keepsApart({ podSpec, labels }: Workload): boolean {
  const terms = mapOf(mapOf(podSpec.affinity).podAntiAffinity)
  const all = [
    ...mapsOf(terms.requiredDuringSchedulingIgnoredDuringExecution),
    ...mapsOf(terms.preferredDuringSchedulingIgnoredDuringExecution).map(({ podAffinityTerm }) =>
      mapOf(podAffinityTerm),
    ),
  ]
  return all.some(({ labelSelector }) => {
    const selector = isJsonObject(labelSelector) ? readSelector(labelSelector) : undefined
    return selector !== undefined && selects(selector, labels)
  })
}
