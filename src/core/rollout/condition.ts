import { listAt, numberAt, textAt } from './json-at.ts'

/** https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number | undefined
  /** ISO 8601. */
  readonly lastTransitionTime?: string | undefined
}

/** A condition of `status.conditions`; undefined where the object has none of the type. */
export function conditionOf(object: unknown, type: string): Condition | undefined {
  const found = listAt(object, 'status', 'conditions').find((each) => textAt(each, 'type') === type)
  if (found === undefined) return undefined
  const status = textAt(found, 'status')
  return {
    type,
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textAt(found, 'reason') ?? '',
    message: textAt(found, 'message') ?? '',
    observedGeneration: numberAt(found, 'observedGeneration'),
    lastTransitionTime: textAt(found, 'lastTransitionTime'),
  }
}

/** Whether `status.observedGeneration` is the generation of the specification: older status speaks of an older specification. */
export function isObserved(object: unknown): boolean {
  const generation = numberAt(object, 'metadata', 'generation')
  const observed = numberAt(object, 'status', 'observedGeneration')
  return generation === undefined || (observed !== undefined && observed >= generation)
}
