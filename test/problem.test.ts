import { describe, expect, it } from 'vitest'
import { describeProblem } from '../src/core/problem.ts'

describe('core/problem', () => {
  it('says where, what and what would be valid on one line', () => {
    const problem = {
      file: 'a.yml',
      line: 3,
      column: 9,
      path: 'rules[0].count',
      message: 'write a number from 0 to 10',
    }
    expect(describeProblem(problem)).toBe('a.yml:3:9  rules[0].count: write a number from 0 to 10')
    expect(describeProblem({ ...problem, path: '' })).toBe('a.yml:3:9  write a number from 0 to 10')
  })
})
