import type { Assignment, Slots } from '../../../src/core/approval/slots.ts'

/** Every way to fill slots, compared by the words of the policy page: the reference for the matching. */
export function bruteForce({ needs, fills }: Slots): Assignment {
  const all = assignments(fills, 0).filter((assignment) =>
    needs.every((need, rule) => assignment.filter((each) => each === rule).length <= need),
  )
  return all.reduce((best, each) => (isBetter(rank(each, needs), rank(best, needs)) ? each : best))
}

function assignments(fills: Slots['fills'], from: number): (number | null)[][] {
  const rules = fills[from]
  if (rules === undefined) return [[]]
  return assignments(fills, from + 1).flatMap((rest) => [null, ...rules].map((rule) => [rule, ...rest]))
}

/** Bigger is better, from left to right: how many; earlier rules filled; earlier approvals used; by earlier rules. */
function rank(assignment: Assignment, needs: readonly number[]): number[] {
  const have = needs.map((_, rule) => assignment.filter((each) => each === rule).length)
  const used = assignment.map((rule) => (rule === null ? 0 : 1))
  const byRule = needs.flatMap((_, rule) => assignment.map((each) => (each === rule ? 1 : 0)))
  return [have.reduce((sum, each) => sum + each, 0), ...have, ...used, ...byRule]
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((each, position) => each !== b[position])
  return index >= 0 && (a[index] ?? 0) > (b[index] ?? 0)
}
