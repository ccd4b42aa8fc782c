import { addDays, spanHolds } from './span.ts'
import type { Window } from './window.ts'
import { instantsOf, wallTime } from './zone.ts'

/** Whether an environment's windows let a change through now, and when that is different. */
export interface WindowState {
  readonly open: boolean
  /** The deny window that closes it, if one does; null when it is closed because no allow window is open. */
  readonly deniedBy: Window | null
  /** The next instant at which `open` is different. Undefined when it never is (within some years). */
  readonly changesAt: number | undefined
}

/**
 * Several allow windows are a union, any deny wins, no allow window at all means always. Half-open: a window holds from
 * its start up to, not including, its end. `instant` in milliseconds.
 */
export function windowState(windows: readonly Window[], instant: number): WindowState {
  if (windows.length === 0) return { open: true, deniedBy: null, changesAt: undefined }
  const open = isOpen(windows, instant)
  const deniedBy = windows.find((window) => window.effect === 'deny' && windowHolds(window, instant)) ?? null
  return { open, deniedBy, changesAt: nextChange(windows, instant, open) }
}

export function isOpen(windows: readonly Window[], instant: number): boolean {
  const holding = windows.filter((window) => windowHolds(window, instant))
  if (holding.some((window) => window.effect === 'deny')) return false
  return windows.every((window) => window.effect === 'deny') || holding.length > 0
}

function windowHolds(window: Window, instant: number): boolean {
  return spanHolds(window.span, wallTime(window.timeZone, instant))
}

/** Weekly windows repeat: after two weeks without a change only a date can bring one. */
const searchDays = 15

/**
 * The first instant after `instant` at which the windows answer otherwise. Looks only where they can: at the edges of
 * windows and where clocks are set, day by day, from today and from every date that a window names.
 */
function nextChange(windows: readonly Window[], instant: number, open: boolean): number | undefined {
  const today = new Date(instant).toISOString().slice(0, 10)
  const dates = windows
    .flatMap(({ span }) => (span.kind === 'dates' ? [span.first, addDays(span.last, 1)] : []))
    .filter((date) => date > today)
  for (const from of [today, ...dates.sort()]) {
    for (let offset = -1; offset <= searchDays; offset++) {
      const found = edges(windows, addDays(from, offset))
        .sort((a, b) => a - b)
        .find((edge) => edge > instant && isOpen(windows, edge) !== open)
      if (found !== undefined) return closest(windows, addDays(from, offset + 1), instant, open, found)
      // A named date lies before: it is looked at in its own turn, in order.
      if (offset < searchDays && dates.some((date) => date > from && date <= addDays(from, offset))) break
    }
  }
  return undefined
}

/** Days of two zones overlap: the next day there may bring the change earlier than this day here. */
function closest(
  windows: readonly Window[],
  nextDay: string,
  instant: number,
  open: boolean,
  found: number,
): number {
  return edges(windows, nextDay)
    .filter((edge) => edge > instant && edge < found && isOpen(windows, edge) !== open)
    .reduce((earliest, edge) => Math.min(earliest, edge), found)
}

function edges(windows: readonly Window[], date: string): number[] {
  return windows.flatMap(({ span, timeZone }) => {
    const minutes = span.kind === 'dates' ? [0] : [0, span.start, span.end % (24 * 60)]
    const midnights = minutes.flatMap((minute) => instantsOf(timeZone, date, minute))
    return [...midnights, ...clockChange(timeZone, date)]
  })
}

/** Where clocks are set back, a weekly window can be left or entered at that very instant. */
function clockChange(timeZone: string, date: string): number[] {
  if (timeZone === 'UTC') return []
  const [start] = instantsOf(timeZone, date, 0)
  const [end] = instantsOf(timeZone, addDays(date, 1), 0)
  if (start === undefined || end === undefined || end - start === 24 * 3_600_000) return []
  let low = start
  let high = end
  const before = wallOffset(timeZone, start)
  while (high - low > 60_000) {
    const middle = Math.floor((low + high) / 120_000) * 60_000
    if (wallOffset(timeZone, middle) === before) low = middle
    else high = middle
  }
  return [high]
}

function wallOffset(timeZone: string, instant: number): number {
  const wall = wallTime(timeZone, instant)
  return Date.parse(`${wall.date}T00:00:00Z`) + wall.minute * 60_000 - Math.floor(instant / 60_000) * 60_000
}
