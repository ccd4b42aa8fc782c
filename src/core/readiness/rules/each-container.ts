import { mapOf, type Subject } from '../rendering/subject.ts'
import type { Container, Workload } from '../rendering/workload.ts'
import type { Verdict, Violation } from '../rule.ts'

/**
 * Judges each container of a resource that runs pods, init containers and sidecars included. A template that stands in another
 * resource is judged there.
 */
export function eachContainer(
  { workload }: Subject,
  judge: (container: Container, workload: Workload) => readonly Violation[],
): Verdict {
  if (workload === undefined || workload.borrowed) return undefined
  return workload.containers.flatMap((container) => judge(container, workload))
}

/** Linux has settings that Windows has not: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
export function isOnWindows({ podSpec }: Workload): boolean {
  return mapOf(podSpec.os).name === 'windows'
}

/** Judges the pod of a resource that runs pods. */
export function eachPod({ workload }: Subject, judge: (workload: Workload) => Verdict): Verdict {
  return workload === undefined || workload.borrowed ? undefined : judge(workload)
}
