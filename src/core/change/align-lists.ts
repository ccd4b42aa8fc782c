import { canonicalJson } from './canonical-json.ts'
import type { Json } from './resource.ts'

/** A pair of places: both when an item stayed or was edited, one when it was added or removed. */
export type Aligned = readonly [before: number | undefined, after: number | undefined]

/** Beyond this many comparisons the middle part of two lists is matched place by place: still every difference, perhaps more. */
const mostComparisons = 4_000_000

/** Matches two lists with the fewest edits (longest common subsequence); an item replaced in place is one edit. */
export function alignLists(before: readonly Json[], after: readonly Json[]): readonly Aligned[] {
  const left = before.map(canonicalJson)
  const right = after.map(canonicalJson)
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let [endLeft, endRight] = [left.length, right.length]
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft--
    endRight--
  }
  const same: [number, number][] = []
  for (let place = 0; place < start; place++) same.push([place, place])
  same.push(...common(left.slice(start, endLeft), right.slice(start, endRight), start))
  for (let tail = 0; endLeft + tail < left.length; tail++) same.push([endLeft + tail, endRight + tail])
  return fillGaps(same, left.length, right.length)
}

function common(left: readonly string[], right: readonly string[], offset: number): [number, number][] {
  const columns = right.length + 1
  if (left.length === 0 || right.length === 0 || left.length * right.length > mostComparisons) return []
  const lengths = new Uint32Array((left.length + 1) * columns)
  const length = (row: number, column: number): number => lengths[row * columns + column] ?? 0
  for (let row = left.length - 1; row >= 0; row--)
    for (let column = right.length - 1; column >= 0; column--)
      lengths[row * columns + column] =
        left[row] === right[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1))
  const pairs: [number, number][] = []
  for (let row = 0, column = 0; row < left.length && column < right.length;)
    if (left[row] === right[column]) pairs.push([offset + row++, offset + column++])
    else if (length(row + 1, column) >= length(row, column + 1)) row++
    else column++
  return pairs
}

/** Between two items that stayed, what was removed and added is paired in order as edited. */
function fillGaps(
  same: readonly [number, number][],
  leftLength: number,
  rightLength: number,
): readonly Aligned[] {
  const aligned: Aligned[] = []
  let [left, right] = [0, 0]
  for (const [nextLeft, nextRight] of [...same, [leftLength, rightLength] as const]) {
    while (left < nextLeft || right < nextRight)
      aligned.push([left < nextLeft ? left++ : undefined, right < nextRight ? right++ : undefined])
    if (nextLeft < leftLength) aligned.push([left++, right++])
  }
  return aligned
}
