import { existsSync, readFileSync } from 'node:fs'
import type { JsonObject, Resource } from '../core/change/resource.ts'
import type { SchemaSource } from '../core/readiness/schemas/read-definitions.ts'
import { shipped } from '../presets.ts'

interface GroupFile {
  readonly kinds: Readonly<Record<string, JsonObject>>
  readonly definitions: JsonObject
}

const files = new Map<string, GroupFile | undefined>()

/** Schemas that come with the product for the kinds that are rendered: Kubernetes and common custom resources. */
export function knownSchemas(resources: readonly Resource[]): readonly SchemaSource[] {
  const kinds = new Map(resources.map((each) => [`${each.apiVersion} ${each.kind}`, each]))
  return [...kinds].flatMap(([key, { apiVersion, kind }]) => {
    const file = groupFile(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : 'core')
    const schema = file !== undefined && Object.hasOwn(file.kinds, key) ? file.kinds[key] : undefined
    return file === undefined || schema === undefined
      ? []
      : [{ apiVersion, kind, schema, definitions: file.definitions }]
  })
}

function groupFile(group: string): GroupFile | undefined {
  // The name comes from a manifest: nothing but a name may become part of a path.
  if (!/^[a-z0-9.-]{1,253}$/.test(group)) return undefined
  const known = files.get(group)
  if (known !== undefined || files.has(group)) return known
  const place = shipped(`policies/schemas/${group}.json`)
  const read = existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as GroupFile) : undefined
  if (files.size > 1_000) files.clear()
  files.set(group, read)
  return read
}
