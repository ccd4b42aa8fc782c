import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/core/readiness/finding.ts'
import { rateFindings } from '../../../src/core/readiness/rate-findings.ts'
import { reportReadiness } from '../../../src/core/readiness/report-readiness.ts'

const finding: Finding = {
  rule: 'replicas',
  severity: 'warning',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  path: '/spec/replicas',
  file: 'a.yaml',
  line: 3,
  message: 'runs one pod',
  fix: 'run two',
}
const accepted = { by: 'annotation', reason: 'known' } as const
const states = (base: readonly Finding[], head: readonly Finding[]): string[] =>
  rateFindings(base, head).map(({ state }) => state)

describe('rateFindings', () => {
  it.each<[string, readonly Finding[], readonly Finding[], string[]]>([
    ['a finding that was not there is new', [], [finding], ['new']],
    ['one that was is old', [finding], [finding], ['old']],
    ['on another line too', [{ ...finding, line: 1, file: 'b.yaml' }], [finding], ['old']],
    ['with other words too', [{ ...finding, message: 'x' }], [finding], ['old']],
    ['in another version of the API too', [{ ...finding, apiVersion: 'apps/v1beta1' }], [finding], ['old']],
    ['in another group it is another', [{ ...finding, apiVersion: 'x.io/v1' }], [finding], ['new', 'fixed']],
    ['more severe is worse', [{ ...finding, severity: 'advice' }], [finding], ['worse']],
    ['less severe is old', [{ ...finding, severity: 'danger' }], [finding], ['old']],
    ['gone is fixed', [finding], [], ['fixed']],
    ['of another resource', [{ ...finding, name: 'api' }], [finding], ['new', 'fixed']],
    ['of another namespace', [{ ...finding, namespace: 'blog' }], [finding], ['new', 'fixed']],
    ['of another field', [{ ...finding, path: '/spec' }], [finding], ['new', 'fixed']],
    ['two of one kind where there was one', [finding], [finding, finding], ['old', 'new']],
    ['no longer accepted is new', [{ ...finding, suppressed: accepted }], [finding], ['new']],
    ['accepted now is old', [finding], [{ ...finding, suppressed: accepted }], ['old']],
  ])('%s', (_, base, head, expected) => {
    expect(states(base, head)).toEqual(expected)
  })

  it('knows a generated name with another hash', () => {
    const map = (name: string, kind = 'ConfigMap'): Finding => ({ ...finding, kind, name })
    expect(states([map('a-5mt98h4bfk')], [map('a-7k2f4c9d6b')])).toEqual(['old'])
    expect(states([map('a-5mt98h4bfk', 'Service')], [map('a-7k2f4c9d6b', 'Service')])).toEqual([
      'new',
      'fixed',
    ])
  })
})

describe('reportReadiness', () => {
  it('counts what fails: neither advice nor what somebody accepted', () => {
    const head = [
      finding,
      { ...finding, name: 'b', severity: 'advice' as const },
      { ...finding, name: 'c', suppressed: accepted },
      { ...finding, name: 'd' },
    ]
    const report = reportReadiness([{ ...finding, name: 'd' }], { findings: head, passed: 7 })
    expect(report).toMatchObject({ new: 1, all: 2, passed: 7 })
  })
})
