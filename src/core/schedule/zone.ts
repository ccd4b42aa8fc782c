/** What a clock on the wall of a time zone shows. */
export interface WallTime {
  /** Days since 1970-01-01. */
  readonly day: number
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

/** Offsets by zone and quarter of an hour: clocks are set on the quarter in every zone, and asking Intl is costly. */
const knownOffsets = new Map<string, Map<number, number>>()
const quarterMs = 15 * 60_000
const mostOffsets = 20_000

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export function zoneOffsetMs(timeZone: string, instant: number): number {
  if (timeZone === 'UTC') return 0
  const quarter = Math.floor(instant / quarterMs)
  let known = knownOffsets.get(timeZone)
  if (known === undefined || known.size > mostOffsets)
    knownOffsets.set(timeZone, (known = new Map<number, number>()))
  let offset = known.get(quarter)
  if (offset === undefined) known.set(quarter, (offset = askOffset(timeZone, quarter * quarterMs)))
  return offset
}

function askOffset(timeZone: string, instant: number): number {
  // The pattern of `en-US` with these fields is fixed: 03/02/2026, 13:05:00
  const text = formatter(timeZone).format(instant)
  const [, month = '', day = '', year = '', hour = '', minute = '', second = ''] =
    /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(text) ?? []
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) -
    instant
  )
}

const dayMs = 86_400_000

/** The wall time of a zone at an instant. */
export function wallTime(timeZone: string, instant: number): WallTime {
  const local = instant + zoneOffsetMs(timeZone, instant)
  const day = Math.floor(local / dayMs)
  // 1970-01-01 was a Thursday.
  return { day, weekday: (((day + 4) % 7) + 7) % 7, minute: Math.floor((local - day * dayMs) / 60_000) }
}

/**
 * The instants at which a wall in the zone shows a time: two when the clock is set back over it, none in the gap when it
 * is set forward (then the instant of the change itself, which is when the wall passes that time). `day` since 1970-01-01.
 */
export function instantsOf(timeZone: string, day: number, minute: number): number[] {
  const asUtc = day * dayMs + minute * 60_000
  const before = zoneOffsetMs(timeZone, asUtc - dayMs)
  const after = zoneOffsetMs(timeZone, asUtc + dayMs)
  if (before === after) return [asUtc - before]
  const exact = [before, after]
    .map((offset) => asUtc - offset)
    .filter((instant) => instant + zoneOffsetMs(timeZone, instant) === asUtc)
  if (exact.length > 0) return exact.sort((a, b) => a - b)
  return [jumpBetween(timeZone, asUtc - Math.max(before, after), asUtc - Math.min(before, after))]
}

/** The instant within the two days around a local day at which clocks are set, where they are. */
export function clockChange(timeZone: string, day: number): number | undefined {
  const early = (day - 1) * dayMs
  const late = (day + 2) * dayMs
  return zoneOffsetMs(timeZone, early) === zoneOffsetMs(timeZone, late)
    ? undefined
    : jumpBetween(timeZone, early, late)
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
