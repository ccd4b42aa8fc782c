import { canonicalJson } from './canonical-json.ts'
import { isJsonObject } from './read-yaml.ts'
import type { Json, Resource } from './resource.ts'

/** Two sides of one resource; one side is absent when it was added or removed. */
export interface Pair {
  readonly before?: Resource | undefined
  readonly after?: Resource | undefined
  /** Why two different names are one resource. */
  readonly by: 'identity' | 'version' | 'generated-name' | 'rename'
}

/** Above this many candidates of one kind, renames are not looked for: an addition and a removal are the safe reading. */
const mostRenameCandidates = 60

/**
 * Pairs the resources of two renderings: by identity, then in another version of the same API group, then generated names whose hash differs (kustomize's ConfigMap and Secret
 * generators), then renames, recognised by content that is nearly the same. Duplicates of one identity are paired in order.
 */
export function matchResources(before: readonly Resource[], after: readonly Resource[]): readonly Pair[] {
  const pairs: Pair[] = []
  const waiting = groupBy(before, identityText)
  const added: Resource[] = []
  for (const resource of after) {
    const found = waiting.get(identityText(resource))?.shift()
    if (found === undefined) added.push(resource)
    else pairs.push({ before: found, after: resource, by: 'identity' })
  }
  const removed = [...waiting.values()].flat()
  const versions = pairUp(removed, added, groupText, () => true, 'version')
  const generated = pairUp(versions.removed, versions.added, generatedStem, () => true, 'generated-name')
  const renamed = pairUp(generated.removed, generated.added, kindText, isRename, 'rename')
  return [
    ...pairs,
    ...versions.pairs,
    ...generated.pairs,
    ...renamed.pairs,
    ...renamed.removed.map((resource) => ({ before: resource, by: 'identity' as const })),
    ...renamed.added.map((resource) => ({ after: resource, by: 'identity' as const })),
  ]
}

function pairUp(
  removed: readonly Resource[],
  added: readonly Resource[],
  groupOf: (resource: Resource) => string | undefined,
  belongs: (before: Resource, after: Resource) => boolean,
  by: Pair['by'],
): {
  readonly pairs: readonly Pair[]
  readonly removed: readonly Resource[]
  readonly added: readonly Resource[]
} {
  const candidates = groupBy(removed, groupOf)
  const wanted = groupBy(added, groupOf)
  const pairs: Pair[] = []
  const paired = new Set<Resource>()
  for (const [group, news] of wanted) {
    const olds = candidates.get(group) ?? []
    if (by === 'rename' && olds.length * news.length > mostRenameCandidates ** 2) continue
    for (const after of news) {
      const place = olds.findIndex((before) => belongs(before, after))
      const before = place < 0 ? undefined : olds.splice(place, 1)[0]
      if (before === undefined) continue
      pairs.push({ before, after, by })
      paired.add(before).add(after)
    }
  }
  const isLeft = (resource: Resource): boolean => !paired.has(resource)
  return { pairs, removed: removed.filter(isLeft), added: added.filter(isLeft) }
}

export function identityText({ apiVersion, kind, namespace, name }: Resource): string {
  return JSON.stringify([apiVersion, kind, namespace ?? '', name])
}

/** To a cluster the versions of a group are spellings of one object. */
function groupText({ apiVersion, kind, namespace, name }: Resource): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return JSON.stringify([group, kind, namespace ?? '', name])
}

function kindText({ apiVersion, kind, namespace }: Resource): string {
  return JSON.stringify([apiVersion, kind, namespace ?? ''])
}

/**
 * Kind and name without the hash that kustomize appends: ten characters of its own alphabet.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/
 */
function generatedStem(resource: Resource): string | undefined {
  if (resource.kind !== 'ConfigMap' && resource.kind !== 'Secret') return undefined
  const stem = /^(.+)-[2456789bcdfghkmt]{10}$/.exec(resource.name)?.[1]
  return stem === undefined ? undefined : JSON.stringify([kindText(resource), stem])
}

/** Nearly the same content under another name: four of five fields, and not just a few. */
function isRename(before: Resource, after: Resource): boolean {
  const [left, right] = [fields(before), fields(after)]
  if (left.size < 4 || right.size < 4) return false
  let shared = 0
  for (const field of left) if (right.has(field)) shared++
  return shared >= 0.8 * Math.max(left.size, right.size)
}

function fields(resource: Resource): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (value: Json | undefined, path: string): void => {
    if (isJsonObject(value)) for (const [name, item] of Object.entries(value)) visit(item, `${path}/${name}`)
    else if (Array.isArray(value)) value.forEach((item, index) => visit(item as Json, `${path}/${index}`))
    else if (value !== undefined) found.add(`${path}=${canonicalJson(value).replaceAll(resource.name, '•')}`)
  }
  const { metadata: _, ...content } = resource.object
  visit(content, '')
  return found
}

function groupBy(
  resources: readonly Resource[],
  keyOf: (resource: Resource) => string | undefined,
): Map<string, Resource[]> {
  const groups = new Map<string, Resource[]>()
  for (const resource of resources) {
    const key = keyOf(resource)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [resource])
    else group.push(resource)
  }
  return groups
}
