import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'
import { testIo } from './test-io.ts'

const repository = new TemporaryRepository()
const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
afterAll(() => {
  repository.remove()
  rmSync(home, { recursive: true, force: true })
})

const values = (tag: string, host: string): string =>
  `# ${host}\nimage:\n  tag: "${tag}" # by promotion\nhost: ${host}\n`
repository.commit({
  '.github/countersign.yml': `version: 1
environments:
  staging: { targets: [staging] }
  production:
    targets: [production]
    promotion:
      from: staging
      move: [{ values: [/image/tag], from: staging/values.yaml, to: production/values.yaml }]
`,
  'staging/values.yaml': values('2.0', 'staging.example.com'),
  'production/values.yaml': values('1.9', 'example.com'),
})

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(repository.directory, home)
  const code = await runCli(['promote', ...args], io)
  return { code, ...io.written }
}

describe('countersign promote', () => {
  it('shows what a promotion writes, and writes it when asked', async () => {
    const line = 'production/values.yaml  /image/tag: 1.9 → 2.0\n'
    expect(await run('production')).toEqual({
      code: 0,
      out: `${line}Nothing was written; --write does.\n`,
      err: '',
    })
    expect(await run('production', '--write')).toEqual({
      code: 0,
      out: `${line}Written; commit it.\n`,
      err: '',
    })
    const written = readFileSync(join(repository.directory, 'production/values.yaml'), 'utf8')
    expect(written).toBe(values('2.0', 'example.com'))
    repository.commit({ 'production/values.yaml': written })
    expect(await run('production')).toEqual({ code: 1, out: 'production has everything already.\n', err: '' })
  })
  it('says what is not there', async () => {
    expect(await run('staging')).toEqual({
      code: 2,
      out: '',
      err: 'the policy names nothing that a promotion to staging moves; write promotion.move\n',
    })
    expect((await run('prod')).err).toBe(
      'there is no environment prod; the policy names staging, production\n',
    )
  })
})
