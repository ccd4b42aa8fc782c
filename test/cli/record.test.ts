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
import { evidenceDigest } from '../../src/core/evidence.ts'
import { parsePolicy } from '../../src/core/policy/parse.ts'
import { newRollout } from '../../src/core/rollout/rollout.ts'
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
  const kept = await store.readDecision(key)
  if (kept === undefined) throw new Error('the decision was not kept')
  const evidence = evidenceDigest(kept)
  for (const number of [1, 2, 3, 4])
    await store.appendAudit(
      number === 3 ? null : key,
      'test',
      number === 4 ? { number, evidence } : { number },
    )
  const repository = 'acme/shop'
  const at = '2026-03-02T10:00:00.000Z'
  await store.createDeployment({
    ...{
      repository,
      environment: 'production',
      sha: 'abc',
      base: 'def',
      pull: 7,
      installation: 1,
      githubId: 5,
    },
    ...{ mergedAt: at, mergedBy: 'carol', digest: 'sha256:1', classes: ['image'] },
    signatures: [{ rule: 'release', people: ['dana'] }],
    rollout: newRollout(at, undefined),
  })
  const signature = { by: 'carol', at, digest: 'sha256:1', note: '', signed: true }
  await store.attest(key, { ...signature, environment: 'production', item: 'load-test' })
  const proposal = { environment: 'production', askedBy: null, contributors: [] }
  await store.saveProposal(key, { ...proposal, kind: 'promotion', of: 'fed', ofPull: 5 })
  await store.saveProposal('acme/shop#9', { ...proposal, kind: 'rollback', of: 'abc', ofPull: 7 })
  await store.saveProposal('acme/shop#11', { ...proposal, kind: 'rollback', of: 'other', ofPull: 10 })
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
  it('exports all the evidence of a pull request, and says when the decision is not the recorded one', async () => {
    const bundle = async (): Promise<Record<string, unknown>> =>
      JSON.parse((await run('audit', 'export', '--pull', key)).out) as Record<string, unknown>
    const found = await bundle()
    expect(found).toMatchObject({
      version: 1,
      pull: key,
      chain: { sound: true, records: 4 },
      decision: {
        policy: { ok: true },
        facts: { pull: { number: 7 } },
        decision: { verdict: 'waiting' },
        inChain: true,
      },
      deployments: [
        {
          environment: 'production',
          sha: 'abc',
          signatures: [{ rule: 'release', people: ['dana'] }],
          rollout: { state: 'waiting' },
        },
      ],
      attestations: [{ item: 'load-test', by: 'carol', signed: true }],
      openedFor: { kind: 'promotion', of: 'fed', ofPull: 5 },
      opened: [{ kind: 'rollback', number: 9, ofPull: 7 }],
    })
    expect((found.records as { sequence: number }[]).map(({ sequence }) => sequence)).toEqual([1, 2, 4])

    await sql`update decision set verdict = 'ready', decision = jsonb_set(decision, '{verdict}', '"ready"')`.execute(
      database.kysely,
    )
    expect(await bundle()).toMatchObject({ decision: { inChain: false } })
    await sql`update decision set verdict = 'waiting', decision = jsonb_set(decision, '{verdict}', '"waiting"')`.execute(
      database.kysely,
    )
    expect(await bundle()).toMatchObject({ decision: { inChain: true } })
    await expect(run('audit', 'export', '--pull', 'acme/shop#99')).rejects.toMatchObject({
      code: 'bad-input',
    })
  })

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
    const lines = (await run('audit', 'export')).out.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { body: { number?: number } }).body.number)).toEqual([
      1, 2, 3, 4,
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
