import { parseQuantity } from '../../change/quantity.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { entryOf, mapOf } from '../rendering/subject.ts'
import type { Container, Workload } from '../rendering/workload.ts'

/**
 * A request or limit of a container; undefined when it is absent or zero. Resources of the whole pod count for its containers:
 * https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
export function amountOf(
  { object }: Container,
  { podSpec }: Workload,
  field: 'requests' | 'limits',
  resource: string,
): string | undefined {
  return amountIn(object, field, resource) ?? amountIn(podSpec, field, resource)
}

function amountIn(object: JsonObject, field: string, resource: string): string | undefined {
  const value: Json | undefined = entryOf(mapOf(mapOf(object.resources)[field]), resource)
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  // What is no quantity (a variable that is filled in later) is at least there; whether it is valid is for the schema to say.
  return text === '' || parseQuantity(text)?.value === 0n ? undefined : text
}
