import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCases } from '../../../src/core/case/parse-cases.ts'
import { runCase } from '../../../src/core/case/run-case.ts'
import { presets, projectRoot } from '../../support/preset.ts'

const directory = join(projectRoot, 'policies', 'cases')
const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'))

describe('policies/cases', () => {
  it.each(files)('%s holds', (file) => {
    const text = readFileSync(join(directory, file), 'utf8')
    const parsed = parseCases({ file, text, extends: presets, readPolicyFile: () => undefined })
    expect(parsed).toMatchObject({ ok: true })
    const cases = parsed.ok ? parsed.value : []
    expect(cases.length).toBeGreaterThan(5)
    expect(cases.map(runCase).filter(({ passed }) => !passed)).toEqual([])
  })

  it('covers every topic of the page', () => {
    expect(files).toEqual([
      'barred.yaml',
      'binding.yaml',
      'checks-hostile.yaml',
      'checks.yaml',
      'classes.yaml',
      'eligible.yaml',
      'expiry.yaml',
      'fail-closed.yaml',
      'narrowing.yaml',
      'opinions-hostile.yaml',
      'opinions.yaml',
      'people-hostile.yaml',
      'policy-changes.yaml',
      'presets.yaml',
      'pull.yaml',
      'readiness.yaml',
      'slots-hostile.yaml',
      'slots.yaml',
      'time-hostile.yaml',
      'time.yaml',
    ])
  })
})
