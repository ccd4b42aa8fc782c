import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { rules } from '../../../src/core/readiness/registry.ts'
import { judgeCase, readCaseFiles, show } from './rule-cases.ts'

const files = readCaseFiles()

for (const { file, given, rules: cases } of files)
  describe(file, () => {
    for (const [rule, list] of Object.entries(cases))
      describe(rule, () => {
        it.each(list.map((each) => [each.name, each] as const))('%s', (_, each) => {
          expect(judgeCase(rule, each, given).map(show)).toEqual(each.findings)
        })
      })
  })

describe('cases', () => {
  it.each(rules.map(({ id }) => id))('%s has some that pass and some that fail', (id) => {
    const list = files.flatMap(({ rules: cases }) => cases[id] ?? [])
    expect(list.some(({ findings }) => findings.length > 0)).toBe(true)
    expect(list.some(({ findings }) => findings.length === 0)).toBe(true)
  })

  it('say what to do, in YAML that can be read', () => {
    const fixes = new Set(
      files.flatMap(({ given, rules: cases }) =>
        Object.entries(cases).flatMap(([rule, list]) =>
          list.flatMap((each) => judgeCase(rule, each, given).map(({ fix }) => fix)),
        ),
      ),
    )
    for (const fix of fixes)
      for (const block of fix
        .split(/\n\n(?=\S)|\n\nand /)
        .map((part) => part.split('\n\n').slice(1).join('\n\n')))
        expect(parseDocument(block).errors, fix).toEqual([])
    for (const fix of fixes) expect(fix).toMatch(/^[A-Z][^\n]{3,}/)
  })
})
