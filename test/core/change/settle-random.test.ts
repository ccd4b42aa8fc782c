import { describe, expect, it } from 'vitest'
import { settleRandom, varies } from '../../../src/core/change/settle-random.ts'

describe('settleRandom', () => {
  it('keeps what is the same and settles the rest by words', () => {
    const pod = (name: string, password: string, port: number): object => ({
      kind: 'Pod',
      metadata: { name: `test-${name}`, labels: { app: 'web' } },
      spec: { args: ['a', password], port },
    })
    expect(settleRandom([pod('abc12', 'x+1/==', 1) as never], [pod('abd99', 'yy/2', 2) as never])).toEqual([
      {
        kind: 'Pod',
        metadata: { name: 'test-random', labels: { app: 'web' } },
        spec: { args: ['a', 'random'], port: 'random' },
      },
    ])
  })

  it('comes out the same whichever two renderings it gets', () => {
    const object = (value: string) => [{ a: value, [value]: 1, b: ['x', value] }]
    expect(settleRandom(object('one'), object('two'))).toEqual(settleRandom(object('three'), object('four')))
    expect(settleRandom([], object('one'))).toBeUndefined()
  })

  it('knows templates that may vary', () => {
    expect(varies('name: {{ randAlphaNum 5 | lower }}')).toBe('random')
    expect(varies('at: {{ now | date "2006" }}')).toBe('clock')
    expect(varies('ca: {{ genCA "x" 1 }}')).toBe('random')
    expect(varies('name: {{ .Values.now }}')).toBeUndefined()
    expect(varies('name: randAlphaNum')).toBeUndefined()
  })
})
