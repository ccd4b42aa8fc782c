import type { Json } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'

export const hostPath = defineRule({
  id: 'host-path',
  severity: 'danger',
  title: 'No pod mounts a directory of its node.',
  page: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
  check: (subject) =>
    eachPod(subject, ({ podSpec, podPath }) => {
      const volumes = Array.isArray(podSpec.volumes) ? (podSpec.volumes as readonly Json[]) : []
      const paths = listPaths(`${podPath}/volumes`, 'volumes', volumes)
      return volumes.flatMap((item, index) => {
        const volume = mapOf(item)
        if (volume.hostPath === undefined || volume.hostPath === null) return []
        const place = textOf(mapOf(volume.hostPath).path) ?? ''
        const name = textOf(volume.name) ?? String(index)
        const socket = /(?:docker|containerd|crio|cri-o|podman)\.sock$/.exec(place)?.[0]
        return [
          {
            path: paths[index] ?? `${podPath}/volumes`,
            message:
              socket === undefined
                ? `volume ${name} is ${place.slice(0, 200) || 'a directory'} of the node`
                : `volume ${name} is ${socket}: whoever has it starts any container on the node`,
            fix: 'Keep files in a volume of the pod:\n\n  volumes:\n    - name: data\n      emptyDir: {}',
          },
        ]
      })
    }),
})
