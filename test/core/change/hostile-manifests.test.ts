import { describe, expect, it } from 'vitest'
import { parseManifests } from '../../../src/core/change/parse-manifests.ts'

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'
const problem = (text: string): string => {
  const parsed = parseManifests(text, { file: 'a.yaml', positions: true })
  return parsed.ok ? 'read' : parsed.problems.map(({ line, message }) => `${line}: ${message}`).join()
}

describe('hostile manifests', () => {
  it.each([
    [
      'a million labels',
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{${Array.from({ length: 1_000_000 }, (_, index) => `"l${index}":"x"`).join(',')}}}}`,
      '1: a document of 14 MB: no API server takes an object of more than 3 MB',
    ],
    [
      'a long text',
      `${head}data: { a: "${'x'.repeat(5_000_000)}" }\n`,
      '1: a document of 5 MB: no API server takes an object of more than 3 MB',
    ],
    [
      'one of several',
      `${head}---\n${head}data: { a: "${'x'.repeat(5_000_000)}" }\n`,
      '5: a document of 5 MB: no API server takes an object of more than 3 MB',
    ],
    ['deep nesting', `${head}data: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, '4: nested too deeply'],
    ['a key twice', `${head}data: { a: 1, b: { c: 1, c: 2 } }\n`, '4: Map keys must be unique'],
    ['keys of a prototype', `${head}data: { __proto__: x, constructor: y }\n`, 'read'],
    [
      'a long list of small objects',
      `apiVersion: v1\nkind: List\nitems:\n${`- { apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { a: '${'x'.repeat(10_000)}' } }\n`.repeat(400)}`,
      'read',
    ],
  ])('%s', (_, text, answer) => {
    const started = performance.now()
    expect(problem(text)).toBe(answer)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  const many = (count: number, make: (index: number) => string, by: string): string =>
    Array.from({ length: count }, (_, index) => make(index)).join(by)
  const crowd = 'a map or list of more than 20000 entries: too large to be read; split the object'

  it.each([
    ['labels', `${head}data:\n${many(200_000, (index) => `  l${index}: x\n`, '')}`, `20005: ${crowd}`],
    [
      'labels in brackets',
      `${head}data: {${many(200_000, (index) => `l${index}: x`, ', ')}}\n`,
      `4: ${crowd}`,
    ],
    [
      'JSON',
      `{"apiVersion":"v1","data":{${many(200_000, (index) => `"l${index}":"x"`, ',\n')}}}`,
      `20000: ${crowd}`,
    ],
    ['items', `${head}data:\n- &a b\n${many(400_000, () => '- x\n', '')}`, `20001: ${crowd}`],
    ['the second', `${head}---\n${head}data:\n${many(50_000, () => '  "a, b": x\n', '')}`, `20009: ${crowd}`],
  ])('refuses 200,000 %s in a moment', (_, text, answer) => {
    const started = performance.now()
    expect(problem(text)).toBe(answer)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it.each([
    ['keys', `data:\n${many(19_000, (index) => `  k${index}: x\n`, '')}`],
    ['lines of a text', `data:\n  a: |\n${many(60_000, (index) => `    k${index}: [x,\n`, '')}`],
    ['commas of a text', `data:\n  a: "${many(60_000, () => 'x', ', [')}"\n`],
    ['small maps', `items:\n${many(19_000, (index) => `  - a: ${index}\n    b: { c: [1, 2, 3] }\n`, '')}`],
  ])('reads many %s', (_, text) => {
    const started = performance.now()
    expect(problem(head + text)).toBe('read')
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
