import type { JsonObject } from '../../change/resource.ts'
import type { Bounded } from '../custom/bounded.ts'
import type { Subject } from '../rendering/subject.ts'
import { judgeValidations } from './judge-validations.ts'
import type { SchemaSource } from './read-definitions.ts'
import { validateStructure, type SchemaError } from './validate-structure.ts'

/** Schemas by version and kind. */
export class SchemaIndex {
  readonly #schemas = new Map<string, SchemaSource>()
  readonly #bounded: Bounded
  readonly #unknown = new Set<string>()

  /** Of two schemas of the same kind the later one counts: the rendering's own. */
  constructor(sources: readonly SchemaSource[], bounded: Bounded) {
    this.#bounded = bounded
    for (const source of sources) this.#schemas.set(`${source.apiVersion} ${source.kind}`, source)
  }

  /** What is wrong with a resource; undefined: its kind has no schema here. */
  check({ resource, object }: Subject): readonly SchemaError[] | undefined {
    const key = `${resource.apiVersion} ${resource.kind}`
    const source = this.#schemas.get(key)
    if (source === undefined) {
      if (this.#unknown.size < 50) this.#unknown.add(`${resource.kind} (${resource.apiVersion})`)
      return undefined
    }
    const errors = validateStructure(object, source)
    if (errors.length > 0 || !hasValidations(source)) return errors
    const judged = this.#bounded(() => judgeValidations(object, source.schema))
    return (
      judged?.value ?? [
        {
          path: '',
          message: 'the rules of its CustomResourceDefinition take too long to evaluate and were stopped',
        },
      ]
    )
  }

  /** Kinds that were asked for and have no schema. */
  unknownKinds(): readonly string[] {
    return [...this.#unknown].sort()
  }
}

const withValidations = new WeakMap<JsonObject, boolean>()

/** Only CustomResourceDefinitions have rules in CEL. */
function hasValidations({ schema, definitions }: SchemaSource): boolean {
  if (definitions !== undefined) return false
  const known = withValidations.get(schema)
  if (known !== undefined) return known
  const found = JSON.stringify(schema).includes('"x-kubernetes-validations"')
  withValidations.set(schema, found)
  return found
}
