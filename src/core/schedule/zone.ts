/** What a clock on the wall of a time zone shows. */
export interface WallTime {
  /** `2026-03-02`. */
  readonly date: string
  /** 0 is Sunday. */
  readonly weekday: number
  /** Minutes since midnight. */
  readonly minute: number
}

/** Formatters are costly to make and always the same for a zone. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formatters.set(timeZone, made)
  return made
}

/** Whether this runtime knows the zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatter(timeZone)
    return true
  } catch {
    return false
  }
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export function zoneOffsetMs(timeZone: string, instant: number): number {
  if (timeZone === 'UTC') return 0
  // The pattern of `en-US` with these fields is fixed: 03/02/2026, 13:05:00
  const text = formatter(timeZone).format(instant)
  const [, month = '', day = '', year = '', hour = '', minute = '', second = ''] =
    /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(text) ?? []
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  return local - Math.floor(instant / 1000) * 1000
}

/** The wall time of a zone at an instant. */
export function wallTime(timeZone: string, instant: number): WallTime {
  const shifted = new Date(instant + zoneOffsetMs(timeZone, instant))
  return {
    date: shifted.toISOString().slice(0, 10),
    weekday: shifted.getUTCDay(),
    minute: shifted.getUTCHours() * 60 + shifted.getUTCMinutes(),
  }
}

/**
 * The instants at which a wall in the zone shows a time: two when the clock is set back over it, none in the gap when it
 * is set forward (then the instant of the change itself, which is when the wall passes that time).
 */
export function instantsOf(timeZone: string, date: string, minute: number): number[] {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minute * 60_000
  const offsets = new Set([
    zoneOffsetMs(timeZone, asUtc - 24 * 3_600_000),
    zoneOffsetMs(timeZone, asUtc + 24 * 3_600_000),
    zoneOffsetMs(timeZone, asUtc),
  ])
  const exact = [...offsets]
    .map((offset) => asUtc - offset)
    .filter((instant) => instant + zoneOffsetMs(timeZone, instant) === asUtc)
  if (exact.length > 0) return exact.sort((a, b) => a - b)
  return [jumpBetween(timeZone, asUtc - Math.max(...offsets), asUtc - Math.min(...offsets))]
}

/** The instant at which the offset changes within (early, late], to the second. */
function jumpBetween(timeZone: string, early: number, late: number): number {
  const before = zoneOffsetMs(timeZone, early)
  let low = early
  let high = late
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (zoneOffsetMs(timeZone, middle) === before) low = middle
    else high = middle
  }
  return high
}
