import { isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject, Resource } from '../../change/resource.ts'
import { readWorkload, type PodTemplatePath, type Workload } from './workload.ts'

/** A resource, with what rules ask of it again and again. */
export interface Subject {
  readonly resource: Resource
  readonly object: JsonObject
  readonly kind: string
  /** API group; empty for the core group. */
  readonly group: string
  readonly namespace: string | undefined
  readonly name: string
  /** `spec`; empty when there is none. */
  readonly spec: JsonObject
  readonly labels: JsonObject
  readonly annotations: JsonObject
  /** Set when the resource runs pods. */
  readonly workload: Workload | undefined
}

export function readSubject(resource: Resource, templates: readonly PodTemplatePath[]): Subject {
  const { object, kind, apiVersion, namespace, name } = resource
  const metadata = mapOf(object.metadata)
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  return {
    resource,
    object,
    kind,
    group,
    namespace,
    name,
    spec: mapOf(object.spec),
    labels: mapOf(metadata.labels),
    annotations: mapOf(metadata.annotations),
    workload: readWorkload(resource, group, templates),
  }
}

const nothing: JsonObject = Object.freeze(Object.create(null) as JsonObject)

/** A map, empty where the manifest has something else. */
export function mapOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : nothing
}

/** The maps of a list, empty where the manifest has something else. */
export function mapsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value.filter((item) => isJsonObject(item as Json)) as JsonObject[]) : []
}

/** The texts of a list, empty where the manifest has something else. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** A text, undefined where the manifest has something else or nothing. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A map's own entry: `constructor` is a name like any other. */
export function entryOf(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
