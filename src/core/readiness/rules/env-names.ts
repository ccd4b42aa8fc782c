import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'

/** Whether a container has a variable whose name matches, its own or from a ConfigMap or Secret of the rendering. */
export function isVariableFrom(workload: Workload, rendering: RenderingIndex, pattern: RegExp): boolean {
  const { namespace } = workload.resource
  return workload.containers.some(({ object }) => {
    if (mapsOf(object.env).some(({ name }) => pattern.test(textOf(name) ?? ''))) return true
    return mapsOf(object.envFrom).some(({ configMapRef, secretRef, prefix }) => {
      const found = [
        ...rendering.named('', 'ConfigMap', textOf(mapOf(configMapRef).name) ?? '', namespace),
        ...rendering.named('', 'Secret', textOf(mapOf(secretRef).name) ?? '', namespace),
      ]
      return found.some((each) =>
        [each.object.data, each.object.stringData].some((map) =>
          Object.keys(mapOf(map)).some((key) => pattern.test(`${textOf(prefix) ?? ''}${key}`)),
        ),
      )
    })
  })
}
