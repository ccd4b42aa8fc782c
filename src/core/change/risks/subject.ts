import type { ResourceAction, Risk } from '../change.ts'
import type { ValueChange } from '../compare-values.ts'
import { isJsonList, isJsonObject } from '../read-yaml.ts'
import { valueAt } from '../field-path.ts'
import type { Json, JsonObject, Resource } from '../resource.ts'

/** What a risk rule may look at: one resource that changes. Messages must not contain values that could be secret. */
export interface RiskSubject {
  readonly action: ResourceAction
  /** The same content under another name: the old one is deleted, a new one created. */
  readonly renamed: boolean
  readonly before?: Resource | undefined
  readonly after?: Resource | undefined
  readonly changes: readonly ValueChange[]
}

export type RiskRule = (subject: RiskSubject) => readonly Risk[]

/** API group of a resource; empty for the core group. */
export function groupOf(resource: Resource): string {
  return resource.apiVersion.includes('/') ? (resource.apiVersion.split('/')[0] ?? '') : ''
}

/** The pod template's spec of any workload that has one (Deployment, Job, CronJob, Pod, Rollout …). */
export function podSpecOf(resource: Resource | undefined): JsonObject | undefined {
  if (resource === undefined) return undefined
  const path =
    resource.kind === 'Pod'
      ? 'spec'
      : resource.kind === 'CronJob'
        ? 'spec.jobTemplate.spec.template.spec'
        : 'spec.template.spec'
  const spec = valueAt(resource.object, path)
  return isJsonObject(spec) && isJsonList(spec.containers) ? spec : undefined
}

/** Containers of a pod, init containers included. */
export function containersOf(podSpec: JsonObject | undefined): readonly JsonObject[] {
  if (podSpec === undefined) return []
  return [podSpec.initContainers, podSpec.containers].flatMap((list) =>
    isJsonList(list) ? list.filter((item) => isJsonObject(item)) : [],
  )
}

/** A scalar as a person would write it; `nothing` where it is absent. */
export function inWords(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  return typeof value === 'object' ? 'other content' : String(value)
}
