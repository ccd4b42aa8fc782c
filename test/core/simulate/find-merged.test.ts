import { describe, expect, it } from 'vitest'
import { findMerged } from '../../../src/core/simulate/find-merged.ts'

const at = '2026-03-02T12:00:00.000Z'
const of = (subject: string, parents: readonly string[] = ['p']) =>
  findMerged([{ sha: 's', parents, at, subject }]).map(({ number, title, before, head }) => ({
    number,
    title,
    before,
    head,
  }))

describe('core/simulate/find-merged', () => {
  it.each<[string, readonly string[], object[]]>([
    [
      'Merge pull request #12 from acme/bump',
      ['p', 'h'],
      [{ number: 12, title: 'acme/bump', before: 'p', head: 'h' }],
    ],
    ['Bump frontend (#12)', ['p', 'h'], [{ number: 12, title: 'Bump frontend', before: 'p', head: 'h' }]],
    ['Bump frontend (#12)', ['p'], [{ number: 12, title: 'Bump frontend', before: 'p', head: 's' }]],
    [
      'Revert "Bump (#12)" (#13)',
      ['p'],
      [{ number: 13, title: 'Revert "Bump (#12)"', before: 'p', head: 's' }],
    ],
    ['Bump frontend, see (#12) there', ['p'], []],
    ['Bump frontend #12', ['p'], []],
    ['Merge pull request #12 from acme/bump', ['p'], []],
    ["Merge branch 'main' into bump", ['p', 'h'], []],
    ['Bump (#12)', [], []],
    ['Bump (#12)', ['p', 'h', 'i'], []],
    ['(#99999999999)', ['p'], []],
  ])('reads %s with parents %j', (subject, parents, found) => {
    expect(of(subject, parents)).toEqual(found)
  })
})
