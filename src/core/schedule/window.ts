/** Half-open stretch of a day in minutes since local midnight; `end` not above `start`: it runs into the next day. */
export interface WeeklySpan {
  readonly kind: 'weekly'
  /** 0 is Sunday, as in JavaScript: the days on which it starts. */
  readonly days: readonly number[]
  readonly start: number
  readonly end: number
}

/** Local dates, both included: `2026-12-20` to `2027-01-03`. */
export interface DateSpan {
  readonly kind: 'dates'
  readonly first: string
  readonly last: string
}

export interface Window {
  readonly effect: 'allow' | 'deny'
  readonly span: WeeklySpan | DateSpan
  /** IANA name, or UTC. */
  readonly timeZone: string
  readonly reason: string | null
  /** As written, for people. */
  readonly text: string
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** The grammar of a window: `[DAYS] HH:MM-HH:MM`, `DAYS`, `DATE` or `DATE/DATE`. A string is what is wrong with it. */
export function parseSpan(text: string): WeeklySpan | DateSpan | string {
  const trimmed = text.trim()
  if (/^\d{4}-/.test(trimmed)) return parseDates(trimmed)
  const match = /^(?:([A-Za-z][A-Za-z ,-]*?))?(?:\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2}))?$/.exec(trimmed)
  if (match === null || trimmed === '') return wanted(text)
  const [, daysText, startText, endText] = match
  const days = daysText === undefined ? [0, 1, 2, 3, 4, 5, 6] : parseDays(daysText)
  if (typeof days === 'string') return days
  if (startText === undefined || endText === undefined)
    return { kind: 'weekly', days, start: 0, end: dayMinutes }
  const start = parseTime(startText)
  const end = parseTime(endText)
  if (start === undefined || start === dayMinutes) return `"${startText}" is not a time; write 00:00 to 23:59`
  if (end === undefined) return `"${endText}" is not a time; write 00:00 to 24:00`
  if (start === end) return 'it starts when it ends; write 00:00-24:00 for the whole day'
  return { kind: 'weekly', days, start, end: end === 0 ? dayMinutes : end }
}

export const dayMinutes = 24 * 60

function wanted(text: string): string {
  return `"${text.slice(0, 60)}" is not a window; write "Mon-Thu 09:00-16:00", or dates such as 2026-12-20/2027-01-03`
}

function parseTime(text: string): number | undefined {
  const [hours = NaN, minutes = NaN] = text.split(':').map(Number)
  const total = hours * 60 + minutes
  return minutes < 60 && total <= dayMinutes ? total : undefined
}

function parseDays(text: string): number[] | string {
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const ends = part
      .trim()
      .split('-')
      .map((end) => end.trim())
    const first = dayNumber(ends[0] ?? '')
    const last = ends.length === 1 ? first : dayNumber(ends[1] ?? '')
    if (first === undefined || last === undefined || ends.length > 2)
      return `"${part.trim()}" is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun, or a range such as Mon-Fri`
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === last) break
    }
  }
  return [...days].sort((a, b) => a - b)
}

function dayNumber(text: string): number | undefined {
  const long = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
  const lower = text.toLowerCase()
  const index = dayNames.findIndex((name) => name === lower)
  const found = index >= 0 ? index : long.indexOf(lower)
  return found < 0 ? undefined : found
}

function parseDates(text: string): DateSpan | string {
  const parts = text.split('/')
  const [first = '', last = first] = parts
  const bad = parts.length > 2 ? text : [first, last].find((date) => !isDate(date))
  if (bad !== undefined) return `"${bad}" is not a date; write 2026-12-20 or 2026-12-20/2027-01-03`
  if (last < first) return `it ends (${last}) before it starts (${first}); write the earlier date first`
  return { kind: 'dates', first, last }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
