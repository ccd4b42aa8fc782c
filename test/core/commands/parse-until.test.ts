import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUntil } from '../../../src/core/commands/parse-until.ts'

const now = Date.parse('2026-12-22T15:00:00Z')

describe('core/commands/parse-until', () => {
  it.each([
    ['18:00', '2026-12-22T18:00:00.000Z'],
    ['15:00', '2026-12-23T15:00:00.000Z'],
    ['9:30', '2026-12-23T09:30:00.000Z'],
    ['18:00 Europe/Berlin', '2026-12-22T17:00:00.000Z'],
    ['18:00 UTC', '2026-12-22T18:00:00.000Z'],
    ['2026-12-24', '2026-12-25T00:00:00.000Z'],
    ['2026-12-22', '2026-12-23T00:00:00.000Z'],
    ['2026-12-24 18:00', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24 18:00 America/New_York', '2026-12-24T23:00:00.000Z'],
    ['2h', '2026-12-22T17:00:00.000Z'],
    ['1h30m', '2026-12-22T16:30:00.000Z'],
    ['3D', '2026-12-25T15:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseUntil(text, now) ?? 0).toISOString()).toBe(expected)
  })

  it.each([
    'tomorrow',
    '',
    '25:00',
    '18:60',
    '2026-02-30',
    '2026-12-21',
    '2026-12-22 14:59',
    '0h',
    '18:00 Mars/Base',
    '-2h',
  ])('does not read %s', (text) => {
    expect(parseUntil(text, now)).toBeUndefined()
  })

  it('never gives an end that is not to come', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^(\d{4}-\d{2}-\d{2} ?)?(\d{1,2}:\d{2})?( UTC)?$/))
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 4e12 }), (written, at) => {
        expect(parseUntil(written, at) ?? Infinity).toBeGreaterThan(at)
      }),
    )
  })
})
