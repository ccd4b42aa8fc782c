import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { removeKey, setScalar } from '../../../src/core/promotion/edit-yaml.ts'

describe('setting one value', () => {
  const file = `# top
images:
  - name: ghcr.io/acme/web   # the shop
    newTag: "6.13.0"         # moved by promotions
    newName: 'ghcr.io/acme/web'
  - { name: db, newTag: 15.4.1 }

replicas: [ {name: web, count: 3} ]
`
  test.each([
    ['double quotes stay', ['images', 0, 'newTag'], '6.14.1', ['newTag: "6.13.0"', 'newTag: "6.14.1"']],
    ['single quotes stay', ['images', 0, 'newName'], "it's", ["'ghcr.io/acme/web'", "'it''s'"]],
    ['plain stays plain', ['images', 1, 'newTag'], '15.5.0', ['15.4.1', '15.5.0']],
    ['plain becomes quoted where it would be a number', ['images', 1, 'newTag'], '16', ['15.4.1', '"16"']],
    [
      'plain becomes quoted where it would be a date or a key',
      ['images', 1, 'newTag'],
      'a: b',
      ['15.4.1', '"a: b"'],
    ],
    [
      'a key is added to a block map, quoted like its neighbours',
      ['images', 0, 'digest'],
      'sha256:ab',
      ["newName: 'ghcr.io/acme/web'", "newName: 'ghcr.io/acme/web'\n    digest: sha256:ab"],
    ],
    [
      'a key is added to a flow map',
      ['images', 1, 'digest'],
      'sha256:ab',
      ['newTag: 15.4.1 }', 'newTag: 15.4.1, digest: sha256:ab }'],
    ],
  ] as const)('%s', (_, path, value, [before, after]) => {
    expect(setScalar(file, path, value)).toBe(file.replace(before, after))
  })

  test('a key after a value that spans lines', () => {
    const values = 'image:\n  tag: a\n  args:\n    - x # first\n    - y\nother: 1\n'
    expect(setScalar(values, ['image', 'digest'], 'd')).toBe(
      'image:\n  tag: a\n  args:\n    - x # first\n    - y\n  digest: d\nother: 1\n',
    )
  })
  test('a file without a line break at its end, and one with CRLF', () => {
    expect(setScalar('a: 1\nb: x', ['b'], 'y')).toBe('a: 1\nb: y')
    expect(setScalar('a: x # one\r\nb: 2\r\n', ['a'], 'y')).toBe('a: y # one\r\nb: 2\r\n')
  })
  test.each([
    ['a: {', ['a'], 'it is no YAML that can be edited'],
    ['a: |\n  text\n', ['a'], 'the value is a block of text, which is not replaced'],
    ['a: [1]\n', ['a', 'b'], 'there is no map for /a/b'],
    ['a: {}\n', ['a', 'b'], 'the map of /a/b is empty; write one key by hand'],
    ['a: &x v\nb: *x\n', ['a'], '/a could not be written alone'],
  ])('refuses %j', (text, path, problem) => {
    expect(setScalar(text, path, 'new')).toEqual({ problem })
  })

  test('changes what is asked for and not one other character', () => {
    const key = fc.stringMatching(/^[a-z]{1,6}$/)
    const scalar = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.stringMatching(/^[0-9.]{1,5}$/),
    )
    const map = fc.dictionary(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), {
      minKeys: 1,
      maxKeys: 5,
    })
    fc.assert(
      fc.property(
        fc.dictionary(key, map, { minKeys: 1, maxKeys: 4 }),
        fc.string(),
        fc.nat(),
        (document, value, pick) => {
          const paths = Object.entries(document).flatMap(([outer, inner]) =>
            Object.entries(inner).flatMap(([name, each]) => (Array.isArray(each) ? [] : [[outer, name]])),
          )
          const path = paths[pick % Math.max(1, paths.length)]
          fc.pre(path !== undefined)
          const text = `# head\n${stringify(document, { lineWidth: 0 })}# tail\n`
          const edited = setScalar(text, path ?? [], value)
          if (typeof edited !== 'string') return
          const [outer = '', inner = ''] = path ?? []
          const wanted = structuredClone(document) as Record<string, Record<string, unknown>>
          const holder = wanted[outer]
          if (holder !== undefined) holder[inner] = value
          expect(parse(edited)).toEqual(wanted)
          expect(edited.startsWith('# head\n') && edited.endsWith('# tail\n')).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('removing a key', () => {
  const file = 'images:\n  - name: web\n    # pinned\n    digest: sha256:ab # why\n    newTag: "1"\n'
  test('takes its line, comment and all', () => {
    expect(removeKey(file, ['images', 0, 'digest'])).toBe(
      'images:\n  - name: web\n    # pinned\n    newTag: "1"\n',
    )
    expect(removeKey(file, ['images', 0, 'newName'])).toBe(file)
  })
  test('refuses where the line holds something else', () => {
    expect(removeKey(file, ['images', 0, 'name'])).toEqual({
      problem: '/images/0/name stands on the line of its list item; move it down',
    })
    expect(removeKey('a: { b: 1, c: 2 }\n', ['a', 'b'])).toEqual({
      problem: '/a/b stands in a map on one line; write the map over several lines',
    })
  })
})
