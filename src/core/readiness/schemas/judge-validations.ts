import { fieldPath } from '../../change/field-path.ts'
import { isJsonList, isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { celFailure, compileCel, toCel, type CompiledCel } from '../custom/cel.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import type { SchemaError } from './validate-structure.ts'

const compiled = new Map<string, CompiledCel>()

/**
 * Rules of a CustomResourceDefinition in CEL that a resource breaks. Rules about a change (`oldSelf`) are for the API server.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export function judgeValidations(
  value: Json,
  schema: JsonObject,
  path = '',
  field = '',
): readonly SchemaError[] {
  if (value === null) return []
  const own = mapsOf(schema['x-kubernetes-validations']).flatMap((rule) => judge(value, rule, path))
  if (isJsonList(value)) {
    const { items } = schema
    if (!isJsonObject(items)) return own
    const paths = listPaths(path, field, value)
    return [
      ...own,
      ...value.flatMap((item, index) => judgeValidations(item, items, paths[index] ?? path, field)),
    ]
  }
  if (!isJsonObject(value)) return own
  const properties = mapOf(schema.properties)
  const rest = schema.additionalProperties
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, item]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : rest
      return isJsonObject(known) ? judgeValidations(item ?? null, known, fieldPath(path, name), name) : []
    }),
  ]
}

function judge(value: Json, rule: JsonObject, path: string): readonly SchemaError[] {
  const expression = textOf(rule.rule)
  if (expression === undefined || /\boldSelf\b/.test(expression)) return []
  const made = compile(expression)
  if ('failure' in made)
    return [
      { path, message: `the rule "${expression.slice(0, 100)}" cannot be read: ${made.failure.message}` },
    ]
  const self = toCel(value)
  try {
    if (made.program({ self }) === true) return []
    const said = textOf(rule.messageExpression)
    const message = said === undefined ? undefined : compile(said)
    const spoken = message !== undefined && 'program' in message ? message.program({ self }) : undefined
    const text = typeof spoken === 'string' && spoken !== '' ? spoken : textOf(rule.message)
    return [{ path, message: (text ?? `does not satisfy ${expression}`).slice(0, 500) }]
  } catch (thrown) {
    return [
      {
        path,
        message: `the rule "${expression.slice(0, 100)}" cannot be evaluated: ${celFailure(thrown).message}`,
      },
    ]
  }
}

function compile(expression: string): CompiledCel {
  const known = compiled.get(expression)
  if (known !== undefined) return known
  if (compiled.size > 5_000) compiled.clear()
  const made = compileCel(expression)
  compiled.set(expression, made)
  return made
}
