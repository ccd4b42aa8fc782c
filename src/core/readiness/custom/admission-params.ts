import { isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { readSelector, selects } from '../rendering/selector.ts'
import { entryOf, mapOf, textOf } from '../rendering/subject.ts'

/** What a binding of an admission policy gives it as `params`. */
export interface ParamsReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string | undefined
  readonly namespace: string | undefined
  readonly selector: JsonObject | undefined
  /** `Allow`: without such an object the policy admits everything. */
  readonly notFound: 'Allow' | 'Deny'
}

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#parameter-resources */
export function readParamsReference(
  paramKind: Json | undefined,
  binding: JsonObject,
): ParamsReference | undefined {
  const kind = mapOf(paramKind)
  const reference = mapOf(binding).paramRef
  if (!isJsonObject(reference)) return undefined
  return {
    apiVersion: textOf(kind.apiVersion) ?? '',
    kind: textOf(kind.kind) ?? '',
    name: textOf(reference.name),
    namespace: textOf(reference.namespace),
    selector: isJsonObject(reference.selector) ? reference.selector : undefined,
    notFound: reference.parameterNotFoundAction === 'Allow' ? 'Allow' : 'Deny',
  }
}

/** Objects that a reference means; without a namespace of its own, those in the namespace of what is judged. */
export function findParams(
  { apiVersion, kind, name, namespace, selector }: ParamsReference,
  objects: readonly JsonObject[],
  home: string | undefined,
): readonly JsonObject[] {
  const labels = selector === undefined ? undefined : readSelector(selector)
  return objects.filter((object) => {
    const metadata = mapOf(object.metadata)
    const where = textOf(entryOf(metadata, 'namespace'))
    const wanted = namespace ?? home
    return (
      object.apiVersion === apiVersion &&
      object.kind === kind &&
      (name === undefined || metadata.name === name) &&
      (where === undefined || wanted === undefined || where === wanted) &&
      (labels === undefined || selects(labels, mapOf(metadata.labels)))
    )
  })
}
