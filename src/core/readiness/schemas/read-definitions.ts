import { parseManifests } from '../../change/parse-manifests.ts'
import type { JsonObject, Resource } from '../../change/resource.ts'
import type { Parsed } from '../../problem.ts'
import type { ChecklistText } from '../checklist/parse.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'

/** The schema of one version of a kind. */
export interface SchemaSource {
  readonly apiVersion: string
  readonly kind: string
  /** OpenAPI v3, structural. */
  readonly schema: JsonObject
  /** What `$ref` names. */
  readonly definitions?: JsonObject | undefined
}

/** Schemas of the CustomResourceDefinitions of a file. */
export function readDefinitions({ file, text }: ChecklistText): Parsed<readonly SchemaSource[]> {
  const parsed = parseManifests(text, { file, foreign: 'skip' })
  return parsed.ok ? { ok: true, value: schemasOf(parsed.value) } : parsed
}

/** https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
export function schemasOf(resources: readonly Resource[]): readonly SchemaSource[] {
  return resources.flatMap(({ kind, apiVersion, object }) => {
    if (kind !== 'CustomResourceDefinition' || !apiVersion.startsWith('apiextensions.k8s.io/')) return []
    const spec = mapOf(object.spec)
    const group = textOf(spec.group) ?? ''
    const called = textOf(mapOf(spec.names).kind) ?? ''
    const old = textOf(spec.version)
    const versions = mapsOf(spec.versions)
    return (versions.length === 0 && old !== undefined ? [{ name: old }] : versions).flatMap(
      (version: JsonObject) => {
        const given = mapOf(version.schema ?? spec.validation)
        return [
          {
            apiVersion: `${group}/${textOf(version.name) ?? ''}`,
            kind: called,
            schema: mapOf(given.openAPIV3Schema),
          },
        ]
      },
    )
  })
}
