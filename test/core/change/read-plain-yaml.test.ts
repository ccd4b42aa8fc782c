import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineCounter, stringify } from 'yaml'
import { fieldLines } from '../../../src/core/change/field-lines.ts'
import { plainFieldLines } from '../../../src/core/change/plain-field-lines.ts'
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

const line = fc
  .tuple(fc.nat(3), fc.constantFrom('', '- '), fc.constantFrom('a: ', 'b:', 'c: ', 'name: ', ''), scalar)
  .map(([depth, item, key, text]) => '  '.repeat(depth) + item + key + text)
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(scalar, fc.constantFrom('name', 'ports')), tie('value'), { maxKeys: 4 }),
  ),
})).value
/** What people write into brackets, and what is nearly that. */
const flow = fc.letrec<{ value: string }>((tie) => {
  const word = fc.oneof(
    fc.constantFrom(
      'app',
      'acme/app:1.2',
      'a:b:c',
      '100m',
      '-5',
      '- 1',
      '-',
      '8080',
      'yes',
      '1e3',
      "'a, b'",
      '"x: y"',
    ),
    fc.constantFrom(
      'a b',
      'null',
      '~',
      '',
      '=',
      'a:',
      ':a',
      '*',
      '$(X)',
      '${X}',
      '2026-01-01',
      '12:30:45',
      '.5',
      '"\\n"',
      '@a',
    ),
    fc.stringMatching(/^[-a-z0-9:./ ,'"+@=%$*{}[\]#]{1,6}$/),
  )
  const comma = fc.constantFrom(', ', ',', ' , ', ', ,')
  return {
    value: fc.oneof(
      { depthSize: 'small' },
      word,
      fc.tuple(fc.array(tie('value'), { maxLength: 3 }), comma).map(([items, by]) => `[${items.join(by)}]`),
      fc
        .tuple(fc.array(fc.tuple(word, fc.constantFrom(': ', ':'), tie('value')), { maxLength: 3 }), comma)
        .map(([pairs, by]) => `{ ${pairs.map((pair) => pair.join('')).join(by)} }`),
    ),
  }
}).value
const text = fc.oneof(
  fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
  fc
    .array(fc.tuple(fc.nat(2), fc.constantFrom('a: ', '- ', '- name: ', 'ports: ', '- - '), flow), {
      maxLength: 5,
    })
    .map((lines) => lines.map(([depth, key, each]) => `${'  '.repeat(depth)}${key}${each}`).join('\n')),
  value.map((each) => stringify(each)),
  value.map((each) => `# first\n\n${stringify(each, { version: '1.1', lineWidth: 20 })}`),
  value.map((each) => stringify({ spec: each }, { collectionStyle: 'flow', lineWidth: 0 })),
  value.map((each) => stringify({ spec: each }, { collectionStyle: 'flow', lineWidth: 20 })),
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

  it('reads brackets on one line', () => {
    const written =
      'a: { app: web, ports: [80, "http"], x: {} }\nb:\n  - [acme/app:1.2, yes, 010, \'a, b\']\nc: [] # none\n'
    const read = {
      a: { app: 'web', ports: [80, 'http'], x: {} },
      b: [['acme/app:1.2', true, 8, 'a, b']],
      c: [],
    }
    expect([readPlainYaml(written), complete(written)]).toEqual([read, read])
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
    let answered = 0
    fc.assert(
      fc.property(text, (each) => {
        const fast = readPlainYaml(each)
        if (fast === undefined) return
        answered++
        expect(fast).toEqual(complete(each))
      }),
      { numRuns: 6000 },
    )
    expect(answered).toBeGreaterThan(500)
  })
})

describe('plainFieldLines', () => {
  const linesOf = (written: string, read: Json): unknown => {
    const lineCounter = new LineCounter()
    const [document] = readYamlDocuments(written, lineCounter)
    return [document && fieldLines(document, lineCounter, 7), plainFieldLines(written, read, 7)]
  }

  it('knows the line of every field', () => {
    const written =
      'a:\n  - name: x\n    v: "q"\n  -\n    name: y\nb: { c: [1, { d: 2 }] }\n\ne: |\n  a: b\nf:\n'
    const read = readPlainYaml(written)
    const lines = {
      ...{
        '/a': 8,
        '/a/[name=x]': 9,
        '/a/[name=x]/name': 9,
        '/a/[name=x]/v': 10,
        '/a/[name=y]': 12,
        '/a/[name=y]/name': 12,
      },
      ...{ '/b': 13, '/b/c': 13, '/b/c/0': 13, '/b/c/1': 13, '/b/c/1/d': 13, '/e': 15, '/f': 17 },
    }
    expect(linesOf(written, read ?? null)).toEqual([lines, lines])
  })

  it('leaves items that start with an indicator to the complete reader', () => {
    const written = 'a:\n  - |\n    x\n'
    expect(plainFieldLines(written, readPlainYaml(written) ?? null)).toBe(undefined)
  })

  it('agrees with the complete reader wherever it answers', () => {
    let answered = 0
    fc.assert(
      fc.property(text, (each) => {
        const read = readPlainYaml(each)
        const lines = read === undefined ? undefined : plainFieldLines(each, read, 7)
        if (read === undefined || lines === undefined) return
        answered++
        expect(linesOf(each, read)).toEqual([lines, lines])
      }),
      { numRuns: 6000 },
    )
    expect(answered).toBeGreaterThan(1000)
  })
})
