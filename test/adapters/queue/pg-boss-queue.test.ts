import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPgBossQueue } from '../../../src/adapters/queue/pg-boss-queue.ts'
import { openDatabase, type Database } from '../../../src/adapters/store/database.ts'
import type { DueCommand, DueGroup, DuePull, DueRollout, DueTicks, Queue } from '../../../src/ports/queue.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { eventually } from '../../support/start-journey.ts'

for (const kind of ['PGlite', 'PostgreSQL'] as const) {
  describe(`adapters/queue on ${kind}`, () => {
    let postgres: TestPostgres | undefined
    let directory: string
    let database: Database
    let queue: Queue
    const judged: string[] = []
    const commands: number[] = []
    const followed: string[] = []
    const ticked: string[] = []
    const grouped: string[] = []
    const running = new Map<string, number>()
    let overlaps = 0
    let tries = 0

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'countersign-queue-'))
      if (kind === 'PostgreSQL') postgres = await startPostgres()
      database = await openDatabase(
        postgres === undefined ? { directory: join(directory, 'database') } : { url: postgres.url },
      )
      queue = await createPgBossQueue(database, { workers: 3, sweepMinutes: 30, onError: () => {} })
      await queue.start({
        judge: async ({ key }: DuePull) => {
          const now = (running.get(key) ?? 0) + 1
          running.set(key, now)
          if (now > 1) overlaps++
          await new Promise((resolve) => setTimeout(resolve, 200))
          running.set(key, now - 1)
          if (key === 'acme/shop#9' && tries++ === 0) throw new Error('GitHub did not answer')
          judged.push(key)
        },
        command: async ({ commentId }: DueCommand) => void commands.push(commentId),
        follow: async ({ environment }: DueRollout) => void followed.push(environment),
        ticks: async ({ login }: DueTicks) => void ticked.push(login),
        group: async ({ headSha }: DueGroup) => void grouped.push(headSha),
        sweep: async () => {},
      })
    })
    afterAll(async () => {
      await queue.stop()
      await database.close()
      await postgres?.stop()
      await rm(directory, { recursive: true, force: true })
    })

    it('judges a pull request one at a time and at most once more, however often it is marked due', async () => {
      const due: DuePull = { key: 'acme/shop#7', installation: 1 }
      for (let each = 0; each < 20; each++) await queue.markDue(due)
      await queue.markDue({ key: 'acme/shop#8', installation: 1 })
      await eventually('both', async () => judged.includes('acme/shop#7') && judged.includes('acme/shop#8'))
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      expect(judged.filter((key) => key === 'acme/shop#7').length).toBeGreaterThanOrEqual(1)
      expect(judged.filter((key) => key === 'acme/shop#7').length).toBeLessThanOrEqual(3)
      expect(overlaps).toBe(0)
    })

    it('tries again what failed', async () => {
      await queue.markDue({ key: 'acme/shop#9', installation: 1 })
      await eventually('the second try', async () => judged.includes('acme/shop#9'))
      expect(tries).toBe(2)
    })

    it('judges later, and a later call replaces the time', async () => {
      const due: DuePull = { key: 'acme/shop#10', installation: 1 }
      await queue.markDueAt(due, new Date(Date.now() + 3_600_000).toISOString())
      await queue.markDueAt(due, new Date(Date.now() + 500).toISOString())
      await eventually('the later judgement', async () => judged.includes('acme/shop#10'), 30_000)
    })

    it('hands over every tick', async () => {
      const due: DueTicks = {
        key: 'acme/shop#7',
        installation: 1,
        login: 'carol',
        at: '2026-03-02T10:00:00Z',
        ticks: [{ environment: 'production', item: 'load-test', signed: true }],
      }
      await Promise.all([queue.sendTicks(due), queue.sendTicks({ ...due, login: 'kim' })])
      await eventually('both', async () => ticked.length === 2)
      expect(ticked.toSorted()).toEqual(['carol', 'kim'])
    })

    it('hands a merge group over, once while it waits', async () => {
      const due: DueGroup = {
        repository: 'acme/shop',
        installation: 1,
        headRef: 'gh-readonly-queue/main/pr-7-abc',
        headSha: 'c0ffee',
        baseRef: 'main',
        defaultBranch: 'main',
      }
      for (let each = 0; each < 20; each++) await queue.sendGroup(due)
      await queue.sendGroup({ ...due, headSha: 'decade' })
      await eventually('both', async () => grouped.includes('c0ffee') && grouped.includes('decade'))
      // One may begin before the others are sent, and one waits then.
      expect(new Set(grouped)).toEqual(new Set(['c0ffee', 'decade']))
      expect(grouped.length).toBeLessThan(20)
    })

    it('hands a command over, once while it waits', async () => {
      const due: DueCommand = {
        key: 'acme/shop#7',
        installation: 1,
        commentId: 5,
        login: 'alice',
        body: '/merge',
        createdAt: '2026-03-02T10:00:00Z',
      }
      for (let each = 0; each < 20; each++) await queue.sendCommand(due)
      await eventually('the command', async () => commands.length > 0)
      expect(new Set(commands)).toEqual(new Set([5]))
      expect(commands.length).toBeLessThan(20)
    })
  })
}
