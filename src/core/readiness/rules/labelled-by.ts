import { entryOf, type Subject } from '../rendering/subject.ts'

/** Whether a resource, or its pod template, has one of these labels or annotations with something in it. */
export function isLabelledBy({ labels, annotations, workload }: Subject, keys: readonly string[]): boolean {
  const maps = [
    labels,
    annotations,
    ...(workload === undefined ? [] : [workload.labels, workload.annotations]),
  ]
  return keys.some((key) =>
    maps.some((map) => {
      const value = entryOf(map, key)
      return value !== undefined && value !== null && value !== ''
    }),
  )
}
