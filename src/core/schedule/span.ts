import type { DateSpan, WeeklySpan } from './window.ts'
import type { WallTime } from './zone.ts'

/** Whether a span holds at a wall time: from its start up to, not including, its end; dates include their last day. */
export function spanHolds(span: WeeklySpan | DateSpan, wall: WallTime): boolean {
  if (span.kind === 'dates') return wall.date >= span.first && wall.date <= span.last
  const today = span.days.includes(wall.weekday)
  if (span.start < span.end) return today && wall.minute >= span.start && wall.minute < span.end
  const yesterday = span.days.includes((wall.weekday + 6) % 7)
  return (today && wall.minute >= span.start) || (yesterday && wall.minute < span.end)
}

/** A date so many days later: `2026-12-31` and 1 give `2027-01-01`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
