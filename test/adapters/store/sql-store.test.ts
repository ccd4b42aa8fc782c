import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../src/adapters/store/database.ts'
import { createSqlStore } from '../../../src/adapters/store/sql-store.ts'
import { auditHash } from '../../../src/core/audit.ts'
import type { Decision } from '../../../src/core/decision.ts'
import { newRollout } from '../../../src/core/rollout/rollout.ts'
import type { Observation } from '../../../src/core/rollout/observation.ts'
import type { Facts } from '../../../src/core/facts.ts'
import type { AuditRecord, PullRecord, Store } from '../../../src/ports/store.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'

const pull = 'acme/shop#7'
const record: PullRecord = {
  key: pull,
  installation: 12,
  state: 'open',
  base: 'main',
  head: 'c0ffee',
  verdict: 'waiting',
  title: "Let's; drop table pull; --",
}

for (const kind of ['PGlite', 'PostgreSQL'] as const) {
  describe(`adapters/store on ${kind}`, () => {
    let postgres: TestPostgres | undefined
    let directory: string
    let database: Database
    let store: Store

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'countersign-store-'))
      if (kind === 'PostgreSQL') postgres = await startPostgres()
      database = await openDatabase(postgres === undefined ? { directory } : { url: postgres.url })
      store = createSqlStore(database)
    })
    afterAll(async () => {
      await store.close()
      await postgres?.stop()
      await rm(directory, { recursive: true, force: true })
    })

    it('keeps a delivery once, hands it to one taker, and offers it again after a failure', async () => {
      const delivery = { id: 'd-1', event: 'push', payload: { text: 'a "quote", \\ and 😀' } }
      expect(await store.saveDelivery(delivery)).toBe('new')
      expect(await store.saveDelivery(delivery)).toBe('known')
      expect(await store.takeDeliveries(10, 3)).toEqual([delivery])
      expect(await store.takeDeliveries(10, 3)).toEqual([])
      await store.finishDelivery('d-1', 'it failed')
      expect(await store.takeDeliveries(10, 4)).toEqual([delivery])
      await store.releaseDeliveries()
      expect(await store.takeDeliveries(10, 4)).toEqual([delivery])
      await store.finishDelivery('d-1')
      expect(await store.takeDeliveries(10, 3)).toEqual([])
    })

    it('gives up on a delivery after the given number of tries', async () => {
      await store.saveDelivery({ id: 'd-2', event: 'push', payload: {} })
      for (let attempt = 0; attempt < 2; attempt++) {
        expect(await store.takeDeliveries(10, 2)).toHaveLength(1)
        await store.finishDelivery('d-2', 'it failed')
      }
      expect(await store.takeDeliveries(10, 2)).toEqual([])
    })

    it('finds open pull requests by owner, repository, head and base', async () => {
      const other: PullRecord = { ...record, key: 'acme/shopping#8', head: 'f00d', base: 'release' }
      const closed: PullRecord = { ...record, key: 'acme/shop#9', state: 'closed' }
      for (const each of [record, other, closed]) await store.savePull(each)
      await store.savePull({ ...record, verdict: 'ready' })
      const ready = { ...record, verdict: 'ready' }
      expect(await store.readPull(pull)).toEqual(ready)
      expect(await store.readPull('acme/none#1')).toBeUndefined()
      expect(await store.openPulls()).toEqual([ready, other])
      expect(await store.openPulls({ owner: 'acme' })).toEqual([ready, other])
      expect(await store.openPulls({ owner: 'acm_' })).toEqual([])
      expect(await store.openPulls({ repository: 'acme/shop' })).toEqual([ready])
      expect(await store.openPulls({ head: 'f00d' })).toEqual([other])
      expect(await store.openPulls({ base: 'release' })).toEqual([other])
    })

    it('keeps one freeze for each environment of a repository', async () => {
      const freeze = {
        environment: 'production',
        by: 'alex',
        at: '2026-03-02T10:00:00.000Z',
        reason: "it's late",
      }
      await store.freeze('acme/shop', freeze)
      await store.freeze('acme/shop', { ...freeze, until: '2026-03-02T18:00:00.000Z' })
      await store.freeze('acme/other', freeze)
      expect(await store.freezes('acme/shop')).toEqual([{ ...freeze, until: '2026-03-02T18:00:00.000Z' }])
      await store.unfreeze('acme/shop', 'production')
      expect(await store.freezes('acme/shop')).toEqual([])
      expect(await store.freezes('acme/other')).toEqual([freeze])
    })

    it('keeps what was said last of a manual item', async () => {
      const said = {
        environment: 'production',
        item: 'load-test',
        by: 'carol',
        at: '2026-03-02T10:00:00.000Z',
        digest: 'd1',
        note: "it's fine",
        signed: true,
      }
      await store.attest('acme/shop#72', said)
      await store.attest('acme/shop#73', said)
      const older = { ...said, at: '2026-03-02T09:00:00.000Z', by: 'kim' }
      await store.attest('acme/shop#72', older)
      expect(await store.attestations('acme/shop#72')).toEqual([said])
      const later = { ...said, at: '2026-03-02T11:00:00.000Z', signed: false, note: '' }
      await store.attest('acme/shop#72', later)
      expect(await store.attestations('acme/shop#72')).toEqual([later])
      expect(await store.attestations('acme/shop#73')).toEqual([said])
    })

    it('keeps one waiver for each rule and resource of an environment', async () => {
      const waiver = {
        environment: 'production',
        rule: 'replicas',
        resource: 'Deployment/worker',
        owner: 'carol',
        because: "it's a single writer",
        until: '2027-01-31',
        at: '2026-03-02T10:00:00.000Z',
      }
      const everywhere = { ...waiver, resource: undefined }
      await store.waive('acme/shop', waiver)
      await store.waive('acme/shop', everywhere)
      await store.waive('acme/shop', { ...waiver, until: '2027-02-28' })
      await store.waive('acme/other', waiver)
      expect(await store.waivers('acme/shop')).toEqual([everywhere, { ...waiver, until: '2027-02-28' }])
      await store.unwaive('acme/shop', everywhere)
      expect(await store.waivers('acme/shop')).toEqual([{ ...waiver, until: '2027-02-28' }])
      expect(await store.waivers('acme/other')).toEqual([waiver])
    })

    it('keeps an emergency merge and its first confirmation, and forgets the confirmation with a newer request', async () => {
      const key = 'acme/shop#71'
      const asked = {
        environment: 'production',
        by: 'kim',
        at: '2026-03-02T10:00:00.000Z',
        reason: 'down',
        head: 'c1',
        change: 'd1',
      }
      const confirmed = { by: 'dana', at: '2026-03-02T10:05:00.000Z' }
      const exact = { environment: 'production', head: 'c1', change: 'd1', ...confirmed }
      await store.askBreakGlass(key, asked)
      await store.confirmBreakGlass(key, { ...exact, head: 'c2' })
      await store.confirmBreakGlass(key, { ...exact, change: 'd2' })
      expect(await store.breakGlass(key)).toEqual([asked])
      await store.confirmBreakGlass(key, exact)
      await store.confirmBreakGlass(key, { ...exact, by: 'lee' })
      await store.askBreakGlass(key, asked)
      expect(await store.breakGlass(key)).toEqual([{ ...asked, confirmed }])
      const newer = { ...asked, at: '2026-03-02T11:00:00.000Z', head: 'c2' }
      await store.askBreakGlass(key, newer)
      expect(await store.breakGlass(key)).toEqual([newer])
      await store.withdrawBreakGlass(key)
      expect(await store.breakGlass(key)).toEqual([])
    })

    it('counts on how many other open pull requests of an owner people are asked', async () => {
      const of = (
        key: PullRecord['key'],
        requested: readonly string[],
        state: PullRecord['state'] = 'open',
      ) => store.savePull({ ...record, key, state, requested })
      await of('load/a#1', ['dana', 'lee'])
      await of('load/b#2', ['dana'])
      await of('load/b#3', ['dana', 'kim'], 'closed')
      await of('loadx/b#4', ['dana'])
      expect(await store.requestLoad('load', 'load/none#9')).toEqual({ dana: 2, lee: 1 })
      expect(await store.requestLoad('load', 'load/a#1')).toEqual({ dana: 1 })
      expect(await store.readPull('load/a#1')).toEqual({
        ...record,
        key: 'load/a#1',
        requested: ['dana', 'lee'],
      })
      for (const key of ['load/a#1', 'load/b#2', 'loadx/b#4'] as const) await of(key, [], 'closed')
    })

    it('keeps the first digest of a review and environment', async () => {
      const approval = {
        reviewId: 'r1',
        environment: 'production',
        commit: 'c0ffee',
        change: 'sha256:1',
        result: undefined,
        fields: { 'Deployment web': '4' },
      }
      await store.saveApprovals(pull, [approval])
      await store.saveApprovals(pull, [{ ...approval, change: 'sha256:2' }])
      await store.saveApprovals(pull, [])
      expect(await store.approvals(pull)).toEqual([approval])
    })

    it('knows of a command whether it is new, was started, or is done', async () => {
      const states = await Promise.all([1, 2, 3, 4].map(() => store.startCommand(pull, 4_000_000_000)))
      expect(states.sort()).toEqual(['new', 'started', 'started', 'started'])
      await store.finishCommand(4_000_000_000)
      expect(await store.startCommand(pull, 4_000_000_000)).toBe('done')
    })

    it('keeps hold and merge request, and forgets them', async () => {
      const at = '2026-03-02T10:00:00.000Z'
      await store.hold(pull, { by: 'alice', at, reason: 'wait' })
      await store.hold(pull, { by: 'bob', at, reason: 'still' })
      expect(await store.holds(pull)).toEqual([{ by: 'bob', at, reason: 'still' }])
      await store.unhold(pull)
      expect(await store.holds(pull)).toEqual([])
      await store.askMerge(pull, { by: 'alice', at, head: 'c0ffee' })
      expect(await store.mergeAsked(pull)).toEqual({ by: 'alice', at, head: 'c0ffee' })
      await store.carryMerge(pull, { by: 'bob', at, head: 'c0ffee' }, 'c0ffee')
      expect(await store.mergeAsked(pull)).toEqual({ by: 'alice', at, head: 'c0ffee' })
      await store.carryMerge(pull, { by: 'alice', at, head: 'c0ffee' }, 'decade')
      expect(await store.mergeAsked(pull)).toEqual({ by: 'alice', at, head: 'decade', carried: true })
      await store.askMerge(pull, { by: 'alice', at, head: 'facade' })
      expect(await store.mergeAsked(pull)).toEqual({ by: 'alice', at, head: 'facade' })
      await store.askMerge(pull, undefined)
      await store.carryMerge(pull, { by: 'alice', at, head: 'facade' }, 'facade')
      expect(await store.mergeAsked(pull)).toBeUndefined()
    })

    it('remembers pushers', async () => {
      for (const login of ['bob', 'alice', 'bob']) await store.addPusher('acme/shop', 'feature', login)
      expect(await store.pushers('acme/shop', 'feature')).toEqual(['alice', 'bob'])
    })

    it('keeps deployments, where they are, and what was told of them', async () => {
      const rollout = newRollout('2026-03-02T10:00:00.000Z', undefined)
      const deployment = {
        repository: 'acme/shop',
        environment: 'production',
        sha: 'abc',
        base: 'aaa',
        pull: 7,
        installation: 1,
        githubId: 5_000_000_000,
        mergedAt: '2026-03-02T10:00:00.000Z',
        mergedBy: 'alice',
        digest: 'sha256:1',
        classes: ['image'],
        signatures: [{ rule: 'release managers', people: ['dana'] }],
        rollout,
      }
      const later = { ...deployment, sha: 'def', pull: 8, mergedAt: '2026-03-02T11:00:00.000Z' }
      await store.createDeployment(deployment)
      await store.createDeployment({ ...deployment, pull: 99 })
      await store.createDeployment(later)
      expect(await store.deployments('acme/shop', { sha: 'abc' })).toEqual([deployment])
      expect(await store.deployments('acme/shop', { environment: 'production' })).toEqual([later, deployment])
      expect(await store.newestDeployments()).toEqual([later])
      const moved = { ...rollout, state: 'healthy' as const, sentence: 'healthy' }
      await store.saveRollout(deployment, moved, 'healthy: healthy')
      expect(await store.deployments('acme/shop', { pull: 7 })).toEqual([
        { ...deployment, rollout: moved, published: 'healthy: healthy' },
      ])

      const observation = (at: string): Observation => ({
        via: 'object',
        cluster: 'eu',
        at,
        object: { kind: 'X' },
      })
      await store.saveObservation(observation('2026-03-02T10:01:00.000Z'), undefined)
      await store.saveObservation(observation('2026-03-02T10:02:00.000Z'), 'acme/shop')
      await store.saveObservation(observation('2026-03-02T10:03:00.000Z'), 'acme/other')
      expect(await store.observations('acme/shop', '2026-03-02T10:00:00Z')).toEqual([
        observation('2026-03-02T10:01:00.000Z'),
        observation('2026-03-02T10:02:00.000Z'),
      ])
      await store.forgetObservations('2026-03-02T10:02:00Z')
      expect(await store.observations('acme/shop', '2026-03-02T10:00:00Z')).toHaveLength(1)
    })

    it('keeps the same decision once, and a different one again', async () => {
      const facts = { takenAt: '2026-03-02T10:00:00Z' } as unknown as Facts
      const decision: Decision = {
        verdict: 'waiting',
        head: 'c0ffee',
        reasons: [],
        environments: [],
        merge: null,
      }
      await store.saveDecision(pull, 'h1', facts, decision)
      await store.saveDecision(pull, 'h1', facts, decision)
      await store.saveDecision(pull, 'h1', facts, { ...decision, verdict: 'ready' })
      await store.saveDecision(pull, 'h2', facts, { ...decision, verdict: 'ready' })
      const rows = await database.kysely
        .selectFrom('decision')
        .select(['verdict', 'policy_hash'])
        .orderBy('id')
        .execute()
      expect(rows.map((row) => `${row.verdict} ${row.policy_hash}`)).toEqual([
        'waiting h1',
        'ready h1',
        'ready h2',
      ])
    })

    it('chains audit records, also when many append at once', async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          store.appendAudit(index % 2 ? pull : null, 'effect', { index }),
        ),
      )
      const records: AuditRecord[] = []
      for await (const each of store.audit()) records.push(each)
      expect(records.map((each) => each.sequence)).toEqual(records.map((_, index) => index + 1))
      let previous = ''
      for (const { sequence, at, pull: of, kind: what, body, hash, ...rest } of records) {
        expect(rest.previous).toBe(previous)
        expect(hash).toBe(
          auditHash(previous, { sequence, at, pull: of, kind: what, body: JSON.stringify(body) }),
        )
        previous = hash
      }
      const own: AuditRecord[] = []
      for await (const each of store.audit(pull)) own.push(each)
      expect(own).toHaveLength(6)
    })

    it('says what it is, and names the method that failed once it is closed', async () => {
      expect(await store.describe()).toContain(kind)
      const other =
        kind === 'PGlite'
          ? await openDatabase({ directory: join(directory, 'other') })
          : await openDatabase({ url: postgres?.url ?? '' })
      const closed = createSqlStore(other)
      await closed.close()
      await expect(closed.approvals(pull)).rejects.toMatchObject({
        code: 'store-failed',
        message: expect.stringContaining('approvals') as string,
      })
    })

    if (kind === 'PGlite') {
      it('is opened by one process at a time, and taken over from one that died', async () => {
        const shared = join(directory, 'shared')
        await writeFile(`${shared}.lock`, '1')
        await expect(openDatabase({ directory: shared })).rejects.toMatchObject({
          code: 'bad-settings',
          message: `process 1 uses the embedded database in ${shared}; stop it, or set DATABASE_URL to run more than one`,
        })
        await writeFile(`${shared}.lock`, '999999999')
        const taken = await openDatabase({ directory: shared })
        await taken.close()
        await expect(readFile(`${shared}.lock`, 'utf8')).rejects.toThrow('ENOENT')
      })
    }

    if (kind === 'PostgreSQL') {
      it('is migrated once by ten processes that start together', async () => {
        const all = await Promise.all(
          Array.from({ length: 10 }, () => openDatabase({ url: postgres?.url ?? '' })),
        )
        await Promise.all(all.map((each) => each.close()))
        expect(all).toHaveLength(10)
      })
    }
  })
}
