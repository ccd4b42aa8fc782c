import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { isJsonList, isJsonObject, scalarText } from '../read-yaml.ts'
import type { Json, JsonObject, Resource } from '../resource.ts'
import type { RiskRule } from './subject.ts'

/** What a changed CustomResourceDefinition no longer accepts. */
export const definitionRisks: RiskRule = ({ before, after }) => {
  if (before === undefined || after === undefined || after.kind !== 'CustomResourceDefinition') return []
  const risks: Risk[] = ['spec.scope', 'spec.names.kind', 'spec.group']
    .filter((path) => valueAt(before.object, path) !== valueAt(after.object, path))
    .map((path) => ({
      id: 'crd-immutable',
      severity: 'danger',
      message: `Kubernetes refuses to change ${path.split('.').slice(1).join('.')} of an existing definition`,
    }))
  const news = versions(after)
  for (const [name, old] of versions(before)) {
    const version = news.get(name)
    if (version === undefined || (old.served === true && version.served === false))
      risks.push({
        id: 'crd-version-removed',
        severity: 'danger',
        message: `version ${name} is no longer served: objects and clients that use it fail`,
      })
    else
      risks.push(
        ...narrowed(name, valueAt(old, 'schema.openAPIV3Schema'), valueAt(version, 'schema.openAPIV3Schema')),
      )
  }
  return risks
}

function versions(definition: Resource): ReadonlyMap<string, JsonObject> {
  const list = valueAt(definition.object, 'spec.versions')
  return new Map(
    (isJsonList(list) ? list : [])
      .filter((item) => isJsonObject(item))
      .map((item) => [scalarText(item.name), item]),
  )
}

function narrowed(version: string, before: Json | undefined, after: Json | undefined): readonly Risk[] {
  const found: string[] = []
  visit(before, after, '')
  if (found.length === 0) return []
  const more = found.length > 3 ? ` and ${found.length - 3} more` : ''
  return [
    {
      id: 'crd-narrowed',
      severity: 'warning',
      message: `version ${version} accepts less: ${found.slice(0, 3).join('; ')}${more}`,
    },
  ]

  function visit(old: Json | undefined, now: Json | undefined, path: string): void {
    if (!isJsonObject(old) || !isJsonObject(now)) return
    const [oldFields, fields] = [old.properties, now.properties].map((value) =>
      isJsonObject(value) ? value : {},
    )
    const required = new Set(isJsonList(old.required) ? old.required : [])
    for (const name of isJsonList(now.required) ? now.required : [])
      if (!required.has(name)) found.push(`${path}.${scalarText(name)} is required`)
    if (old.type !== undefined && now.type !== undefined && old.type !== now.type)
      found.push(`${path || 'it'} has another type`)
    if (
      isJsonList(now.enum) &&
      (!isJsonList(old.enum) || old.enum.some((value) => !(now.enum as readonly Json[]).includes(value)))
    )
      found.push(`${path} allows fewer values`)
    for (const [limit, isTighter] of limits)
      if (isTighter(old[limit], now[limit])) found.push(`${path || 'it'} has another ${limit}`)
    if (old.nullable === true && now.nullable !== true) found.push(`${path || 'it'} cannot be null`)
    const [oldRules, newRules] = [old, now].map((side) =>
      (isJsonList(side['x-kubernetes-validations']) ? side['x-kubernetes-validations'] : []).map((each) =>
        isJsonObject(each) ? scalarText(each.rule) : '',
      ),
    )
    if (newRules?.some((rule) => oldRules?.includes(rule) !== true))
      found.push(`${path || 'it'} has a further validation`)
    for (const name of Object.keys(oldFields ?? {}))
      if (fields?.[name] === undefined) found.push(`${path}.${name} is gone`)
      else visit(oldFields?.[name], fields[name], `${path}.${name}`)
    visit(old.items, now.items, `${path}[]`)
    visit(old.additionalProperties, now.additionalProperties, `${path}.*`)
  }
}

type Tightens = (before: Json | undefined, after: Json | undefined) => boolean

const rises: Tightens = (before, after) =>
  typeof after === 'number' && (typeof before !== 'number' || after > before)
const falls: Tightens = (before, after) =>
  typeof after === 'number' && (typeof before !== 'number' || after < before)
const differs: Tightens = (before, after) => typeof after === 'string' && before !== after

/** Keywords that bound a value, and when they bound it more. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
const limits: readonly (readonly [string, Tightens])[] = [
  ['minimum', rises],
  ['minLength', rises],
  ['minItems', rises],
  ['minProperties', rises],
  ['maximum', falls],
  ['maxLength', falls],
  ['maxItems', falls],
  ['maxProperties', falls],
  ['pattern', differs],
  ['format', differs],
]
