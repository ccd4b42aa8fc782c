import { valueAt } from './field-path.ts'
import { isJsonObject } from './read-yaml.ts'
import type { Json, JsonObject } from './resource.ts'

/** The fields that tell the items of a list apart, and whether their order means something. */
export interface MergeKey {
  readonly fields: readonly string[]
  readonly ordered: boolean
}

/**
 * Merge keys by the name of the list, the most telling first: the shortest that tells all items apart is used.
 * From the patch and list-map keys of https://kubernetes.io/docs/reference/generated/kubernetes-api/ and of the common CRDs.
 */
const known: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  ephemeralContainers: [['name']],
  volumes: [['name']],
  volumeMounts: [['mountPath'], ['mountPath', 'subPath']],
  volumeDevices: [['devicePath']],
  volumeClaimTemplates: [['metadata.name']],
  env: [['name']],
  ports: [['containerPort'], ['containerPort', 'protocol'], ['port'], ['port', 'protocol'], ['name']],
  imagePullSecrets: [['name']],
  secrets: [['name']],
  hostAliases: [['ip']],
  tolerations: [['key'], ['key', 'effect'], ['key', 'operator', 'value', 'effect']],
  topologySpreadConstraints: [['topologyKey'], ['topologyKey', 'whenUnsatisfiable']],
  subjects: [['name'], ['kind', 'namespace', 'name']],
  listeners: [['name']],
  webhooks: [['name']],
  versions: [['name']],
  metrics: [['type'], ['type', 'resource.name']],
  images: [['name']],
  dependsOn: [['name'], ['namespace', 'name']],
  substituteFrom: [['name'], ['kind', 'name']],
  rules: [['host']],
}

/** Lists whose items run or match one after the other: keyed, and their order is shown when it changes. */
const orderedLists = new Set(['initContainers'])

/** Keys that identify an item of a list nobody knows (custom resources); their order is kept as meaningful. */
const guesses: readonly (readonly string[])[] = [['name'], ['metadata.name']]

/**
 * The merge key of a list, given all its versions: every item of each must be a map that has the key, and no two items of one
 * version may share it. Undefined: the list is compared by position.
 */
export function mergeKeyOf(field: string, lists: readonly (readonly Json[])[]): MergeKey | undefined {
  if (lists.every((list) => list.length === 0)) return undefined
  const named = known[field]
  const fields = (Object.hasOwn(known, field) && named !== undefined ? named : []).find((key) =>
    lists.every((list) => tellsApart(key, list)),
  )
  if (fields !== undefined) return { fields, ordered: false }
  const guess = guesses.find((key) => lists.every((list) => tellsApart(key, list)))
  if (guess === undefined) return undefined
  return { fields: guess, ordered: orderedLists.has(field) || !Object.hasOwn(known, field) }
}

/** One text per item, equal exactly when the merge keys are. */
export function keyText(key: MergeKey, item: JsonObject): string {
  return JSON.stringify(key.fields.map((field) => valueAt(item, field) ?? null))
}

function tellsApart(fields: readonly string[], list: readonly Json[]): boolean {
  const seen = new Set<string>()
  for (const item of list) {
    if (!isJsonObject(item)) return false
    const values = fields.map((field) => valueAt(item, field) ?? null)
    if (values[0] === null || values.some((value) => typeof value === 'object' && value !== null))
      return false
    const text = JSON.stringify(values)
    if (seen.has(text)) return false
    seen.add(text)
  }
  return true
}
