import { parseDuration } from '../policy/duration.ts'
import { instantsOf, isTimeZone, wallTime } from '../schedule/zone.ts'

const dayMs = 86_400_000

/**
 * The instant (milliseconds) at which something ends: `18:00` (today, or tomorrow when that has passed), `2026-12-24` (that day included),
 * `2026-12-24 18:00`, each in UTC or in the zone named after it, or `2h` from `now`. Undefined: not written like that, or not after `now`.
 */
export function parseUntil(text: string, now: number): number | undefined {
  const duration = parseDuration(text.toLowerCase())
  if (duration !== undefined) return duration > 0 ? now + duration : undefined
  const match =
    /^(?:(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}))?|(\d{1,2}:\d{2}))(?: +([A-Za-z][\w/+-]*)|Z)?$/.exec(
      text.trim(),
    )
  if (match === null) return undefined
  const [, date, timeOfDate, timeOfToday, zone = 'UTC'] = match
  if (!isTimeZone(zone)) return undefined
  const minute = parseTime(timeOfDate ?? timeOfToday)
  if (minute === undefined) return undefined
  if (date === undefined) {
    const today = wallTime(zone, now).day
    return [today, today + 1].flatMap((day) => instantsOf(zone, day, minute)).find((instant) => instant > now)
  }
  const day = parseDate(date)
  if (day === undefined) return undefined
  // A date alone is meant with its last minute, as in a window.
  const end = timeOfDate === undefined ? instantsOf(zone, day + 1, 0)[0] : instantsOf(zone, day, minute)[0]
  return end !== undefined && end > now ? end : undefined
}

/** Minutes since midnight; 0 where no time is written, undefined where it is none. */
function parseTime(text: string | undefined): number | undefined {
  if (text === undefined) return 0
  const [hours = NaN, minutes = NaN] = text.split(':').map(Number)
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined
}

/** Days since 1970-01-01; undefined for a day that is not in the calendar. */
function parseDate(text: string): number | undefined {
  const instant = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text) return undefined
  return instant / dayMs
}
