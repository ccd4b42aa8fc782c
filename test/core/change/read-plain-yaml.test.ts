import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readPlainYaml } from '../../../src/core/change/read-plain-yaml.ts'
import { documentValue, readYamlDocuments } from '../../../src/core/change/read-yaml.ts'
import type { Json } from '../../../src/core/change/resource.ts'

/** What the complete reader says; undefined where it refuses or finds other than one document. */
function complete(text: string): Json | undefined {
  try {
    const [document, ...more] = readYamlDocuments(text)
    return document === undefined || more.length > 0 ? undefined : documentValue(document)
  } catch {
    return undefined
  }
}

const scalar = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[-+.0-9eExXoO_:abAB ]{0,8}$/),
  fc.constantFrom(
    ...['yes', 'No', 'on', 'OFF', 'y', 'n', 'true', 'False', '~', 'null', '', '010', '0x1F', '0b11', '1_000'],
    ...['1e3', '.5', '-.inf', '.NaN', '12:30:45', '2026-01-01', '=', '1.', '+7', '0o17', '9007199254740993'],
    ...['a: b', '- a', '# x', 'a #b', '{}', '[]', '{a: b}', "'", '"', '|', '>', '?', '@x', '%x', '`', '!x'],
  ),
)

describe('readPlainYaml', () => {
  it('reads what renderers write', () => {
    expect(
      readPlainYaml(
        'apiVersion: v1\ndata:\n  a: |\n    one\n    two\n  b: "yes"\n  c: no\n  d: 010\n  e: {}\n  f: []\n- x',
      ),
    ).toBe(undefined)
    expect(
      readPlainYaml('a: |\n  one\n  two\nb: "yes"\nc: no\nd: 010\ne: {}\nf: []\ng: 2026-01-01\nh: y\n'),
    ).toEqual({ a: 'one\ntwo\n', b: 'yes', c: false, d: 8, e: {}, f: [], g: '2026-01-01', h: 'y' })
  })

  it.each(['e123', 'E5', '.', '-.', '.e1', '-e7'])('knows that %s is a text', (text) => {
    expect([readPlainYaml(`a: ${text}\n`), complete(`a: ${text}\n`)]).toEqual([{ a: text }, { a: text }])
  })

  it.each(['a: &b c\nd: *b\n', 'a: !!str 1\n', '<<: {a: 1}\n', '1: a\n', 'a: 1\na: 2\n', 'a: [1\n', '? a\n'])(
    'leaves %j to the complete reader',
    (text) => {
      expect(readPlainYaml(text)).toBe(undefined)
    },
  )

  it('agrees with the complete reader wherever it answers', () => {
    const line = fc
      .tuple(fc.nat(3), fc.constantFrom('', '- '), fc.constantFrom('a: ', 'b:', 'c: ', ''), scalar)
      .map(([depth, item, key, text]) => '  '.repeat(depth) + item + key + text)
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.integer(),
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(scalar, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    const text = fc.oneof(
      fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
      value.map((each) => stringify(each)),
      value.map((each) => stringify(each, { version: '1.1', lineWidth: 20 })),
    )
    let answered = 0
    fc.assert(
      fc.property(text, (each) => {
        const fast = readPlainYaml(each)
        if (fast === undefined) return
        answered++
        expect(fast).toEqual(complete(each))
      }),
      { numRuns: 3000 },
    )
    expect(answered).toBeGreaterThan(500)
  })
})
