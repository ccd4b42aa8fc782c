import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'
import { projectRoot } from '../support/preset.ts'

const repository = new TemporaryRepository()
const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
afterAll(() => {
  repository.remove()
  rmSync(folder, { recursive: true, force: true })
})

interface Action {
  readonly runs: { readonly steps: readonly { readonly id?: string; readonly run: string }[] }
}
const action = parse(readFileSync(join(projectRoot, 'action.yml'), 'utf8')) as Action
const script = action.runs.steps.find(({ id }) => id === 'review')?.run ?? ''

const map = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: ${value}}\n`
const policy = (count: number): string =>
  `version: 1\nenvironments:\n  production:\n    targets: [production]\n    approvals: [{ name: owners, count: ${count}, from: ['user:dana'] }]\n`
const base = repository.commit({ '.github/countersign.yml': policy(1), 'production/a.yaml': map('one') })
const head = repository.commit({ 'production/a.yaml': map('two') })

/** Runs the review step as GitHub would: bash with -e and pipefail, files for the summary and the outputs. */
function run(variables: Readonly<Record<string, string>>): { code: number; summary: string; output: string } {
  const files = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'output') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const env = {
    PATH: process.env.PATH ?? '',
    ACTION: projectRoot,
    RUNNER_TEMP: folder,
    COUNTERSIGN_HOME: join(folder, 'home'),
    BASE: base,
    HEAD: head,
    POLICY: '',
    ENVIRONMENT: '',
    FAIL_ON: 'blocked',
    ...files,
    ...variables,
  }
  let code = 0
  try {
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: repository.directory,
      env,
      stdio: 'pipe',
    })
  } catch (thrown) {
    code = (thrown as { status: number }).status
  }
  const read = (file: string): string => readFileSync(file, 'utf8')
  return { code, summary: read(files.GITHUB_STEP_SUMMARY), output: read(files.GITHUB_OUTPUT) }
}

describe('action.yml', () => {
  it('writes the review to the summary and says the verdict', () => {
    const { code, summary, output } = run({})
    expect([code, output, summary.split('\n')[0]]).toEqual([
      0,
      'verdict=waiting\n',
      '### production: waiting for 1 of 1 approval (owners)',
    ])
  })

  it('fails for what waits where it is told to, and for bad input', () => {
    expect(run({ FAIL_ON: 'waiting' }).code).toBe(1)
    expect(run({ HEAD: 'nope' })).toEqual({ code: 2, summary: '', output: '' })
  })
})
