import { mapOf, mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'

/** Annotations of controllers that restart pods: Reloader, Wave. */
const reloaders =
  /^(?:(?:[a-z]+\.)?reloader\.stakater\.com\/|wave\.pusher\.com\/update-on-config-change$|configmap\.reloader\.)/

/** Written by every cluster, and changed by no pull request. */
const ofTheCluster = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt'])

export const configReload = defineRule({
  id: 'config-reload',
  severity: 'advice',
  title:
    'A changed ConfigMap restarts the pods that use it: a hash in its name, a checksum annotation, or a reloader.',
  page: 'https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically',
  check: (subject, { rendering }) =>
    eachPod(subject, (workload) => {
      if (workload.runsOnce || workload.kind === 'Pod') return undefined
      if (isRestarted(subject, workload)) return []
      const stale = [...usedConfigMaps(workload)].filter((name) => {
        if (/-[2456789bcdfghkmt]{10}$/.test(name) || ofTheCluster.has(name)) return false
        const found = rendering.named('', 'ConfigMap', name, subject.namespace)
        return !found.some(({ object }) => object.immutable === true)
      })
      if (stale.length === 0) return []
      return [
        {
          path: '',
          message: `a change of ConfigMap ${stale.slice(0, 5).join(', ')} does not restart its pods: they go on with what they read when they started`,
          fix: 'Make it with configMapGenerator, which puts a hash into its name, or add to the pod template:\n\n  metadata:\n    annotations:\n      checksum/config: …',
        },
      ]
    }),
})

function isRestarted({ annotations }: Subject, workload: Workload): boolean {
  const own = Object.entries(workload.annotations)
  return (
    own.some(([name]) =>
      /checksum|(?:^|[^a-z])(?:hash|sha(?:1|256)?(?:sum)?|digest)(?:[^a-z]|$)/i.test(name),
    ) ||
    [...own, ...Object.entries(annotations)].some(
      ([name, value]) => reloaders.test(name) && textOf(value) !== 'false',
    )
  )
}

function usedConfigMaps({ podSpec, containers }: Workload): ReadonlySet<string> {
  const names = [
    ...containers.flatMap(({ object }) => [
      ...mapsOf(object.env).map(({ valueFrom }) => mapOf(mapOf(valueFrom).configMapKeyRef).name),
      ...mapsOf(object.envFrom).map(({ configMapRef }) => mapOf(configMapRef).name),
    ]),
    ...mapsOf(podSpec.volumes).flatMap((volume) => [
      mapOf(volume.configMap).name,
      ...mapsOf(mapOf(volume.projected).sources).map(({ configMap }) => mapOf(configMap).name),
    ]),
  ]
  return new Set(names.flatMap((name) => textOf(name) ?? []))
}
