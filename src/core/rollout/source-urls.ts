import { textAt } from './json-at.ts'
import { nameOf } from './match-object.ts'
import { objectKey, type Observation } from './observation.ts'

/** URLs of the sources of Flux (`GitRepository`, `OCIRepository`) among what was seen, by cluster, kind, namespace and name. */
export function sourceUrlsOf(
  objects: readonly Extract<Observation, { via: 'object' }>[],
): (cluster: string) => (kind: string, namespace: string, name: string) => string | undefined {
  const urls = new Map<string, string>()
  for (const { cluster, object } of objects) {
    const name = nameOf(cluster, object)
    const url = textAt(object, 'spec', 'url')
    if (name !== undefined && url !== undefined) urls.set(objectKey(name), url)
  }
  return (cluster) => (kind, namespace, name) => urls.get(objectKey({ cluster, kind, namespace, name }))
}
