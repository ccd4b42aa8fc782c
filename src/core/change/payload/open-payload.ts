import { compareValues, type ValueChange } from '../compare-values.ts'
import { isMaskedWhole, maskObject } from '../mask.ts'
import { isJsonList, isJsonObject } from '../read-yaml.ts'
import type { Json, Resource } from '../resource.ts'
import { readPayloadYaml, type Payload } from './read-payload-yaml.ts'
import { readProperties } from './read-properties.ts'

/** Where texts stand that a program reads as YAML, JSON or properties. */
const places: readonly { readonly kind: RegExp; readonly path: RegExp }[] = [
  { kind: /^ConfigMap$/, path: /^\/data\/[^/]+$/ },
  {
    kind: /^(?:Application|ApplicationSet)$/,
    path: /^\/spec\/(?:template\/spec\/)?(?:source|sources\/[^/]+)\/helm\/values$/,
  },
]

/** Characters beyond which a text is compared line by line. */
const longest = 300_000

/**
 * The differences within a text that is YAML, JSON or properties on both sides, with the path within the text after the path of the
 * text: `/data/app.yaml/server/port`. Undefined where the text has to be shown as lines: it is none of these, or something beside its
 * values differs (comments, layout, the order of properties), so that nothing of the difference stays unseen.
 */
export function openPayload(
  { kind, apiVersion }: Resource,
  change: ValueChange,
  key: string,
): readonly ValueChange[] | undefined {
  const { path, before, after, shown } = change
  if (typeof before !== 'string' || typeof after !== 'string' || before.length + after.length > longest)
    return undefined
  if (!places.some((place) => place.kind.test(kind) && place.path.test(path))) return undefined
  if (isMaskedWhole(shown.before) || isMaskedWhole(shown.after)) return undefined
  const read = readerOf(path)
  const [from, to] = [read(before), read(after)]
  if (from === undefined || to === undefined || from.comments !== to.comments) return undefined
  if (!isContainer(from.value) || !isContainer(to.value)) return undefined
  if (isJsonList(from.value) !== isJsonList(to.value)) return undefined
  const inner = compareValues(
    { real: from.value, shown: masked(from.value, key) },
    { real: to.value, shown: masked(to.value, key) },
    apiVersion,
    'exact',
  )
  if (inner.length === 0) return undefined
  return inner.map((each) => ({
    ...each,
    path: path + each.path,
    shown: { ...each.shown, path: path + each.shown.path },
  }))
}

function readerOf(path: string): (text: string) => Payload | undefined {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase()
  if (extension === 'properties' || extension === 'env') return readProperties
  if (extension === undefined || /^(?:ya?ml|json)$/.test(extension)) return readPayloadYaml
  return () => undefined
}

function isContainer(value: Json): boolean {
  return isJsonList(value) || isJsonObject(value)
}

function masked(value: Json, key: string): Json {
  return maskObject({ '': value }, key)[''] ?? null
}
