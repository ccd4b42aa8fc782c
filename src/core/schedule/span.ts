import type { DateSpan, WeeklySpan } from './window.ts'
import type { WallTime } from './zone.ts'

const dayMs = 86_400_000

/** Whether a span holds at a wall time: from its start up to, not including, its end; dates include their last day. */
export function spanHolds(span: WeeklySpan | DateSpan, wall: WallTime): boolean {
  if (span.kind === 'dates') return wall.day >= dayOf(span.first) && wall.day <= dayOf(span.last)
  const today = span.days.includes(wall.weekday)
  if (span.start < span.end) return today && wall.minute >= span.start && wall.minute < span.end
  const yesterday = span.days.includes((wall.weekday + 6) % 7)
  return (today && wall.minute >= span.start) || (yesterday && wall.minute < span.end)
}

/** Days since 1970-01-01 of a date. */
export function dayOf(date: string): number {
  return Date.parse(date) / dayMs
}
