import { dayOf, spanHolds } from './span.ts'
import { dayMinutes, type Window } from './window.ts'
import { clockChange, instantsOf, wallTime } from './zone.ts'

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
const dayMs = 86_400_000

/**
 * The first instant after `instant` at which the windows answer otherwise. Looks only where they can: at the edges of
 * windows and where clocks are set, day by day, from today and from every date that a window names.
 */
function nextChange(windows: readonly Window[], instant: number, open: boolean): number | undefined {
  const today = Math.floor(instant / dayMs)
  const dates = windows
    .flatMap(({ span }) => (span.kind === 'dates' ? [dayOf(span.first), dayOf(span.last) + 1] : []))
    .filter((day) => day > today)
    .sort((a, b) => a - b)
  for (const from of [today, ...dates]) {
    const next = dates.find((day) => day > from) ?? Infinity
    for (let day = from - 1; day <= from + searchDays; day++) {
      // Days of two zones overlap, and the setting of a clock is found up to two days ahead: the days after may bring the change earlier.
      const found = firstChange(windows, day, instant, open)
      if (found !== undefined) {
        const later = [1, 2, 3].map((ahead) => firstChange(windows, day + ahead, instant, open) ?? found)
        return Math.min(found, ...later)
      }
      // A named date lies before: it is looked at in its own turn, in order.
      if (day >= next) break
    }
  }
  return undefined
}

function firstChange(
  windows: readonly Window[],
  day: number,
  instant: number,
  open: boolean,
): number | undefined {
  return edges(windows, day)
    .filter((edge) => edge > instant)
    .sort((a, b) => a - b)
    .find((edge) => isOpen(windows, edge) !== open)
}

/** Where the answer can change on a local day: midnight (the day of the week), starts and ends, and where clocks are set. */
function edges(windows: readonly Window[], day: number): number[] {
  return windows.flatMap(({ span, timeZone }) => {
    if (span.kind === 'dates' && day !== dayOf(span.first) && day !== dayOf(span.last) + 1) return []
    const minutes = span.kind === 'dates' ? [0] : [0, span.start, span.end % dayMinutes]
    const change = clockChange(timeZone, day)
    const walls = minutes.flatMap((minute) => instantsOf(timeZone, day, minute))
    return change === undefined ? walls : [...walls, change]
  })
}
