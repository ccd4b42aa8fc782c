import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, windowState } from '../../../src/core/schedule/open.ts'
import { parseSpan, type Window } from '../../../src/core/schedule/window.ts'

const minute = 60_000

function window(effect: Window['effect'], text: string, timeZone = 'UTC'): Window {
  const span = parseSpan(text)
  if (typeof span === 'string') throw new Error(span)
  return { effect, span, timeZone, reason: null, text }
}

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
]
const clock = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 1, 30, 59))
  .map(([hour, min]) => `${String(hour).padStart(2, '0')}:${String(min).padStart(2, '0')}`)
const spanText = fc.oneof(
  fc
    .tuple(fc.constantFrom('Mon', 'Sat-Sun', 'Sun', 'Mon-Fri', 'Fri-Mon', 'Tue,Sun'), clock, clock)
    .filter(([, start, end]) => start !== end)
    .map(([days, start, end]) => `${days} ${start}-${end}`),
  fc.constantFrom('2026-03-28/2026-03-30', '2026-10-25', '2026-04-05/2026-04-05', '2026-03-29'),
)
const anyWindow = fc
  .tuple(fc.constantFrom('allow' as const, 'deny' as const), spanText, fc.constantFrom(...zones))
  .map(([effect, text, zone]) => window(effect, text, zone))
// Around the days on which clocks are set, north and south.
const instant = fc
  .tuple(
    fc.constantFrom('2026-03-08', '2026-03-28', '2026-04-04', '2026-10-24', '2026-11-01', '2026-06-10'),
    fc.nat(3 * 24 * 60),
  )
  .map(([date, minutes]) => Date.parse(`${date}T00:00:00Z`) + minutes * minute)

describe('core/schedule/open', () => {
  it('finds the same next change as looking at every minute of the days ahead', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 3 }), instant, (windows, now) => {
        const { open, changesAt } = windowState(windows, now)
        const horizon = 3 * 24 * 60
        let looked: number | undefined
        for (let step = 1; step <= horizon && looked === undefined; step++)
          if (isOpen(windows, now + step * minute) !== open) looked = now + step * minute
        const found = changesAt !== undefined && changesAt <= now + horizon * minute ? changesAt : undefined
        expect(found).toBe(looked)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['an hour that is left out', '2026-03-29T00:30:00Z', 'Sun 02:00-04:00', '2026-03-29T01:00:00.000Z'],
    ['an hour that does not exist', '2026-03-29T00:30:00Z', 'Sun 02:15-02:45', '2026-04-05T00:15:00.000Z'],
    ['an hour that exists twice', '2026-10-25T00:30:00Z', 'Sun 02:00-02:45', '2026-10-25T00:45:00.000Z'],
    ['the second time of it', '2026-10-25T00:50:00Z', 'Sun 02:00-02:45', '2026-10-25T01:00:00.000Z'],
  ])('knows %s', (_, now, text, changesAt) => {
    const { changesAt: found } = windowState([window('allow', text, 'Europe/Berlin')], Date.parse(now))
    expect(found === undefined ? found : new Date(found).toISOString()).toBe(changesAt)
  })

  it('finds a date that begins before a clock is set elsewhere', () => {
    // In Auckland the clock is set at 14:00 UTC, while 5 April has begun on Lord Howe Island at 13:00 UTC.
    const windows = [
      window('allow', '2026-04-05/2026-04-05', 'Australia/Lord_Howe'),
      window('allow', 'Sun 02:00-04:00', 'Pacific/Auckland'),
    ]
    const { changesAt } = windowState(windows, Date.parse('2026-04-04T00:00:00Z'))
    expect(changesAt).toBe(Date.parse('2026-04-04T13:00:00Z'))
  })

  it('finds a window that opens in some years', () => {
    const { open, changesAt } = windowState(
      [window('allow', '2031-05-01')],
      Date.parse('2026-01-01T00:00:00Z'),
    )
    expect([open, changesAt]).toEqual([false, Date.parse('2031-05-01T00:00:00Z')])
  })

  it.each([
    [
      'Mon-Foo 09:00-10:00',
      '"Mon-Foo" is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun, or a range such as Mon-Fri',
    ],
    ['Mon 09:00-09:00', 'it starts when it ends; write 00:00-24:00 for the whole day'],
    ['Mon 25:00-26:00', '"25:00" is not a time; write 00:00 to 23:59'],
    ['Mon 09:00-24:01', '"24:01" is not a time; write 00:00 to 24:00'],
    ['2026-02-30', '"2026-02-30" is not a date; write 2026-12-20 or 2026-12-20/2027-01-03'],
    [
      '2027-01-03/2026-12-20',
      'it ends (2026-12-20) before it starts (2027-01-03); write the earlier date first',
    ],
    ['soon?', '"soon?" is not a window; write "Mon-Thu 09:00-16:00", or dates such as 2026-12-20/2027-01-03'],
  ])('refuses %s with what would be valid', (text, message) => {
    expect(parseSpan(text)).toBe(message)
  })
})
