import { describe, expect, it } from 'vitest'
import { readableFailure } from '../../../src/adapters/renderers/readable-failure.ts'

describe('readableFailure', () => {
  it.each([
    [
      'error: no matches for Id a; failed to find unique target for patch a',
      'no matches for Id a; failed to find unique target for patch a',
    ],
    [
      'E1121 02:05:04.8 20263 run.go:72] "command failed" err="field \\"x\\" of /tmp/r/repository/app/a.yaml"',
      'field "x" of app/a.yaml',
    ],
    ['E1121 02:34:56.3 1 run.go:72] "command failed" err=<\n\tError: first\n\tsecond\n >\n', 'first\nsecond'],
    [
      'Error: execution error at (a/templates/a.yaml:3:4): x is needed\n\nUse --debug flag to render out invalid YAML\n',
      'execution error at (a/templates/a.yaml:3:4): x is needed',
    ],
  ])('%j', (stderr, words) => {
    expect(readableFailure(stderr, '/tmp/r/repository')).toBe(words)
  })

  it('stays short', () => {
    const words = `place ${'x'.repeat(5000)} cause`
    expect(readableFailure(words, '/r')).toBe(
      `place ${'x'.repeat(494)} … (4012 more characters) … ${'x'.repeat(494)} cause`,
    )
  })
})

describe('literals of generators', () => {
  it('are not repeated', () => {
    const words =
      'error: loading KV pairs: literal sources [a=hunter2 b c]: invalid literal source b c, expected key=value'
    expect(readableFailure(words, '/repository')).toBe(
      'loading KV pairs: literal sources […]: invalid literal source …, expected key=value',
    )
  })
})
