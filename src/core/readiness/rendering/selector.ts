import { isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { entryOf, mapOf, mapsOf, textsOf } from './subject.ts'

/** A label selector, ready to be asked. */
export interface LabelSelector {
  /** Labels that must have exactly this value. */
  readonly equal: readonly (readonly [key: string, value: string])[]
  readonly expressions: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

/** `matchLabels` and `matchExpressions`; undefined: no selector. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function readSelector(value: Json | undefined): LabelSelector | undefined {
  if (!isJsonObject(value)) return undefined
  return {
    equal: pairs(value.matchLabels),
    expressions: mapsOf(value.matchExpressions).map(({ key, operator, values }) => ({
      key: label(key),
      operator: label(operator),
      values: textsOf(values),
    })),
  }
}

/** The selector of a Service: a map of labels; undefined when it has none. */
export function readLabelMap(value: Json | undefined): LabelSelector | undefined {
  const equal = pairs(value)
  return equal.length === 0 ? undefined : { equal, expressions: [] }
}

/** Whether all of the selector holds. An empty selector selects everything. */
export function selects({ equal, expressions }: LabelSelector, labels: JsonObject): boolean {
  return (
    equal.every(([key, value]) => valueOf(labels, key) === value) &&
    expressions.every(({ key, operator, values }) => {
      const value = valueOf(labels, key)
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value)
        case 'NotIn':
          return value === undefined || !values.includes(value)
        case 'Exists':
          return value !== undefined
        case 'DoesNotExist':
          return value === undefined
        default:
          return false
      }
    })
  )
}

/** Whether two namespaces can be the same one: where a manifest names none, it is decided when it is applied. */
export function sameNamespace(a: string | undefined, b: string | undefined): boolean {
  return a === b || a === undefined || b === undefined
}

function pairs(value: Json | undefined): readonly (readonly [string, string])[] {
  return Object.entries(mapOf(value)).map(([key, each]) => [key, label(each)] as const)
}

function valueOf(labels: JsonObject, key: string): string | undefined {
  const value = entryOf(labels, key)
  return value === undefined || value === null ? undefined : label(value)
}

/** Numbers and booleans that somebody forgot to quote compare as they are written. */
function label(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}
