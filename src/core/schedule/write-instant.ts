import { wallTime } from './zone.ts'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** An instant as people in a zone say it: `Tue 09:00 Europe/Berlin` within a week, else with its date. */
export function writeInstant(instant: number, timeZone: string, now: number): string {
  const { day, weekday, minute } = wallTime(timeZone, instant)
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
  const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const isNear = Math.abs(instant - now) < 6 * 86_400_000
  return `${days[weekday] ?? ''} ${isNear ? '' : `${date} `}${clock} ${timeZone}`
}
