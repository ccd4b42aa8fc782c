import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../src/adapters/store/database.ts'
import { createSqlStore } from '../../src/adapters/store/sql-store.ts'
import { registerRecordWith } from '../../src/cli/record.ts'
import { decide } from '../../src/core/decide.ts'
import { parsePolicy } from '../../src/core/policy/parse.ts'
import type { Store } from '../../src/ports/store.ts'
import { buildEnvironment, buildFacts, image } from '../support/build-facts.ts'
import { presets } from '../support/preset.ts'
import { testIo } from './test-io.ts'

const policy = parsePolicy({
  file: 'p.yml',
  extends: presets,
  text: `version: 1
environments:
  production:
    targets: [p]
    protected: true
    approvals: [{ name: release managers, count: 1, from: ['user:dana'] }]
    windows: [{ allow: 'Mon-Thu 09:00-16:00', timezone: Europe/Berlin }]
`,
})
const key = 'acme/shop#7'
const head = 'c'.repeat(40)
const mallory = { login: 'mallory', type: 'User' } as const
const facts = buildFacts([buildEnvironment('production', [image])], {
  commits: [{ sha: head, parents: [], author: mallory, committer: mallory, coAuthors: [] }],
})

let directory: string
let database: Database
let store: Store
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-record-'))
  database = await openDatabase({ directory })
  store = createSqlStore(database)
  if (!policy.ok) throw new Error(JSON.stringify(policy.problems))
  await store.savePolicy(policy.value.hash, policy)
  await store.saveDecision(key, policy.value.hash, facts, decide(policy, facts))
  for (const number of [1, 2, 3, 4]) await store.appendAudit(number === 3 ? null : key, 'test', { number })
})
afterAll(async () => {
  await store.close()
  await rm(directory, { recursive: true, force: true })
})

async function run(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const io = testIo('.', '.')
  let code = -1
  const program = new Command().exitOverride()
  registerRecordWith(() => Promise.resolve({ ...store, close: () => Promise.resolve() }))(
    program,
    io,
    (given) => (code = given),
  )
  await program.parseAsync(args, { from: 'user' })
  return { code, out: io.written.out }
}

describe('the record on the command line', () => {
  it('explains a decision in words', async () => {
    const { code, out } = await run('explain', key)
    expect(code).toBe(0)
    expect(out.split('\n').slice(2)).toEqual([
      'production: waiting for 1 of 1 approval (release managers)',
      '  judged at cccccccccccc',
      'production: waiting',
      '  waiting for 1 of 1 approval (release managers). dana may sign.',
      '  release managers: 0 of 1',
      '',
    ])
    expect(JSON.parse((await run('explain', key, '--format', 'json')).out)).toMatchObject({
      version: 1,
      pull: key,
      decision: { verdict: 'waiting' },
      facts: { pull: { number: 7 } },
    })
    await expect(run('explain', key, '--at', '2001-01-01')).rejects.toThrow(
      'no decision on acme/shop#7 up to 2001-01-01T00:00:00.000Z is in the record',
    )
    await expect(run('explain', 'shop#7')).rejects.toThrow('write OWNER/REPO#NUMBER')
  })

  it('judges the recorded facts again, and finds a decision that is another one', async () => {
    const same = await run('replay', key)
    expect(same).toMatchObject({ code: 0 })
    expect(same.out).toMatch(/^acme\/shop#7: this version decides as it was decided on 2/)
    if (!policy.ok) throw new Error('unreachable')
    const forged = { ...decide(policy, facts), verdict: 'ready' as const }
    await store.saveDecision(key, policy.value.hash, facts, forged)
    const other = await run('replay', key)
    expect(other.code).toBe(1)
    expect(other.out).toContain('  verdict: then "ready", now "waiting"\n')
  })

  it('verifies the chain: altered, missing, reordered and cut off', async () => {
    const sound = await run('audit', 'verify', '--format', 'json')
    expect(sound.code).toBe(0)
    const { last } = JSON.parse(sound.out) as { last: string }
    expect((await run('audit', 'verify', '--contains', last)).code).toBe(0)
    const lines = (await run('audit', 'export', '--pull', key)).out.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { body: unknown }).body)).toEqual([
      { number: 1 },
      { number: 2 },
      { number: 4 },
    ])

    await sql`update audit set body = '{"number":9}' where sequence = 2`.execute(database.kysely)
    expect(await run('audit', 'verify')).toEqual({
      code: 1,
      out: 'record 2 was altered: its content does not have its hash\n',
    })
    await sql`update audit set body = '{"number": 2}' where sequence = 2`.execute(database.kysely)
    expect((await run('audit', 'verify')).code).toBe(1)
    await sql`update audit set body = '{"number":2}' where sequence = 2`.execute(database.kysely)
    expect((await run('audit', 'verify')).code).toBe(0)

    await sql`update audit set sequence = 9 where sequence = 2`.execute(database.kysely)
    await sql`update audit set sequence = 2 where sequence = 3`.execute(database.kysely)
    await sql`update audit set sequence = 3 where sequence = 9`.execute(database.kysely)
    expect((await run('audit', 'verify')).code).toBe(1)
    await sql`delete from audit where sequence in (2, 3)`.execute(database.kysely)
    expect((await run('audit', 'verify')).out).toBe('records 2 to 3 are missing\n')
    await sql`delete from audit where sequence = 4`.execute(database.kysely)
    expect((await run('audit', 'verify')).code).toBe(0)
    expect(await run('audit', 'verify', '--contains', last)).toMatchObject({ code: 1 })
  })
})
