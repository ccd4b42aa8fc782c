import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { printJunit } from '../../src/cli/print-junit.ts'
import { printSarif } from '../../src/cli/print-sarif.ts'
import { rules } from '../../src/core/readiness/registry.ts'
import type { Finding } from '../../src/core/readiness/finding.ts'

const finding: Finding = {
  rule: 'image-tag',
  severity: 'danger',
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'shop',
  name: 'web',
  path: '/spec/containers/[name=app]/image',
  file: 'deploy/a b.yaml',
  line: 7,
  message: 'container app: image <nginx> & "co" has no tag',
  fix: 'Name a version:\n\n  image: nginx:1',
}
const findings: readonly Finding[] = [
  finding,
  {
    ...finding,
    rule: 'own-rule',
    severity: 'advice',
    path: '',
    file: undefined,
    line: undefined,
    namespace: undefined,
  },
  { ...finding, severity: 'warning', suppressed: { by: 'annotation', reason: 'known \u0001' } },
  { ...finding, severity: 'warning', suppressed: { by: 'waiver', reason: 'until then' } },
  ...rules.map(({ id, severity }) => ({ ...finding, rule: id, severity })),
]

/**
 * The schema of OASIS, as the npm package @microsoft/jest-sarif (MIT) carries it. It is written in draft 4: `id` is another word there,
 * and nothing else in it differs from what ajv reads.
 */
function sarifSchema(): object {
  const {
    id: _,
    $schema: __,
    ...schema
  } = JSON.parse(readFileSync(new URL('../data/sarif-2.1.0.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >
  return schema
}

describe('SARIF', () => {
  it('satisfies its schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
    addFormats.default(ajv)
    const validate = ajv.compile(sarifSchema())
    for (const list of [findings, []]) {
      const log: unknown = JSON.parse(printSarif(list))
      expect(validate(log) ? [] : validate.errors).toEqual([])
    }
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
  })
})

/** Elements of an XML text with their attributes and the names around them. Throws where it is not well-formed. */
function readXml(text: string): { name: string; attributes: Record<string, string>; within: string[] }[] {
  const found: { name: string; attributes: Record<string, string>; within: string[] }[] = []
  const open: string[] = []
  let rest = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  while (rest !== '') {
    const tag = /^<(\/?)([a-z]+)((?:\s+[a-z]+="(?:[^<"&]|&(?:amp|lt|gt|quot|#\d+);)*")*)\s*(\/?)>/.exec(rest)
    const plain = /^(?:[^<&]|&(?:amp|lt|gt|quot|#\d+);)+/.exec(rest)
    const part = tag?.[0] ?? plain?.[0]
    if (part === undefined) throw new Error(`not well-formed: ${rest.slice(0, 80)}`)
    rest = rest.slice(part.length)
    if (tag === null) continue
    const [, closes, name = '', attributes = '', isEmpty] = tag
    if (closes === '/') {
      if (open.pop() !== name) throw new Error(`${name} closes what is not open`)
      continue
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])
    found.push({ name, attributes: Object.fromEntries(pairs) as Record<string, string>, within: [...open] })
    if (isEmpty !== '/') open.push(name)
  }
  if (open.length > 0) throw new Error(`${open.join()} stays open`)
  return found
}

describe('JUnit', () => {
  const elements = readXml(printJunit({ findings, passed: 12, problems: [], notes: [] }))
  const named = (name: string): typeof elements => elements.filter((each) => each.name === name)

  it('is well-formed, whatever a finding says', () => {
    expect(new Set(elements.map(({ name }) => name))).toEqual(
      new Set(['testsuites', 'testsuite', 'testcase', 'failure', 'skipped']),
    )
  })

  it('has the shape that CI systems read: suites, cases with a class and a name, counts that are true', () => {
    const [suite] = named('testsuite')
    const cases = named('testcase')
    expect(suite?.within).toEqual(['testsuites'])
    expect(suite?.attributes).toEqual({
      name: 'readiness',
      tests: String(cases.length),
      failures: String(named('failure').length),
      errors: '0',
      skipped: String(named('skipped').length),
    })
    for (const each of cases) {
      expect(each.within).toEqual(['testsuites', 'testsuite'])
      expect(Object.keys(each.attributes).slice(0, 2)).toEqual(['classname', 'name'])
    }
    for (const each of [...named('failure'), ...named('skipped')]) {
      expect(each.within).toEqual(['testsuites', 'testsuite', 'testcase'])
      expect(each.attributes).toHaveProperty('message')
    }
  })
})
