import type { Json } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

const readOnlyVolumes = ['configMap', 'secret', 'projected', 'downwardAPI'] as const

export const logging = defineRule({
  id: 'logging',
  severity: 'advice',
  on: false,
  title: 'A container writes its logs to standard output, not to a volume.',
  page: 'https://kubernetes.io/docs/concepts/cluster-administration/logging/',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }, { podSpec }) => {
      const volumes = new Map(mapsOf(podSpec.volumes).map((volume) => [volume.name, volume]))
      const mounts = Array.isArray(object.volumeMounts) ? (object.volumeMounts as readonly Json[]) : []
      const paths = listPaths(`${path}/volumeMounts`, 'volumeMounts', mounts)
      return mounts.flatMap((item, index) => {
        const mount = mapOf(item)
        const place = textOf(mount.mountPath) ?? ''
        const volume = volumes.get(mount.name ?? null)
        if (!/\/logs?(?:\/|$)/i.test(place.slice(0, 4096)) || mount.readOnly === true) return []
        if (volume !== undefined && readOnlyVolumes.some((kind) => volume[kind] !== undefined)) return []
        return [
          {
            path: paths[index] ?? path,
            message: `container ${name} writes logs to a volume (${place.slice(0, 200)}), where no log collector reads them`,
            fix: 'Write them to standard output, and remove the volume.',
          },
        ]
      })
    }),
})
