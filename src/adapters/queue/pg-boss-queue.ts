import { PgBoss } from 'pg-boss'
import type {
  DueCommand,
  DueGroup,
  DuePull,
  DueRollout,
  DueTicks,
  Queue,
  QueueHandlers,
} from '../../ports/queue.ts'
import type { Database } from '../store/database.ts'

const judge = 'judge'
const judgeLater = 'judge-later'
const command = 'command'
const follow = 'follow'
const followLater = 'follow-later'
const ticks = 'ticks'
const group = 'group'
const sweep = 'sweep'

/**
 * The queue on pg-boss (https://pgboss.io), in the database of the store.
 * `stately` allows one waiting and one running job per key: that is coalescing and one-at-a-time in one word.
 */
export async function createPgBossQueue(
  database: Database,
  options: {
    readonly workers: number
    readonly sweepMinutes: number
    readonly onError: (error: Error) => void
  },
): Promise<Queue> {
  // A worker that died is noticed by its heartbeat within about fifteen seconds, and its job is tried again.
  const supervise = { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 }
  const boss = new PgBoss({
    ...database.boss,
    ...supervise,
    application_name: 'countersign',
    persistWarnings: false,
  })
  boss.on('error', options.onError)
  await boss.start()
  const retry = {
    retryLimit: 8,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 120,
    expireInSeconds: 900,
    heartbeatSeconds: 10,
  }
  await boss.createQueue(judge, { policy: 'stately', notify: true, ...retry })
  await boss.createQueue(judgeLater, { policy: 'short', ...retry })
  await boss.createQueue(command, { policy: 'stately', notify: true, ...retry })
  await boss.createQueue(follow, { policy: 'stately', notify: true, ...retry })
  await boss.createQueue(followLater, { policy: 'short', ...retry })
  await boss.createQueue(ticks, { policy: 'standard', notify: true, ...retry })
  await boss.createQueue(group, { policy: 'stately', notify: true, ...retry })
  await boss.createQueue(sweep, { policy: 'stately', notify: true, ...retry, retryLimit: 3 })

  const markDue = async (due: DuePull): Promise<void> => {
    await boss.send(judge, { ...due }, { singletonKey: due.key })
  }

  const followNow = async (due: DueRollout): Promise<void> => {
    await boss.send(follow, { ...due }, { singletonKey: rolloutKey(due) })
  }
  const sendAt = async (name: string, due: object, singletonKey: string, at: string): Promise<void> => {
    const startAfter = new Date(at)
    const id = await boss.send(name, { ...due }, { singletonKey, startAfter })
    if (id === null) await boss.update(name, { ...due }, { singletonKey, startAfter })
  }

  return {
    markDue,
    markDueAt: (due, at) => sendAt(judgeLater, due, due.key, at),
    follow: followNow,
    followAt: (due, at) => sendAt(followLater, due, rolloutKey(due), at),

    async sendCommand(due) {
      await boss.send(command, { ...due }, { singletonKey: String(due.commentId) })
    },

    async sendTicks(due) {
      await boss.send(ticks, { ...due })
    },

    async sendGroup(due) {
      await boss.send(group, { ...due }, { singletonKey: `${due.repository} ${due.headSha}` })
    },

    async sendSweep() {
      await boss.send(sweep, {})
    },

    async start(handlers: QueueHandlers) {
      if (database.exclusive)
        for (const name of [judge, judgeLater, command, ticks, group, follow, followLater, sweep])
          await releaseOrphans(boss, name)
      const busy = {
        batchSize: 1,
        localConcurrency: options.workers,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 1,
      }
      await boss.work<DuePull>(judge, busy, async ([job]) => {
        if (job) await handlers.judge(job.data)
      })
      await boss.work<DueCommand>(command, busy, async ([job]) => {
        if (job) await handlers.command(job.data)
      })
      await boss.work<DueTicks>(ticks, { ...busy, localConcurrency: 1 }, async ([job]) => {
        if (job) await handlers.ticks(job.data)
      })
      await boss.work<DueGroup>(group, busy, async ([job]) => {
        if (job) await handlers.group(job.data)
      })
      await boss.work<DuePull>(judgeLater, { batchSize: 1, pollingIntervalSeconds: 5 }, async ([job]) => {
        if (job) await markDue(job.data)
      })
      await boss.work<DueRollout>(follow, busy, async ([job]) => {
        if (job) await handlers.follow(job.data)
      })
      await boss.work<DueRollout>(followLater, { batchSize: 1, pollingIntervalSeconds: 2 }, async ([job]) => {
        if (job) await followNow(job.data)
      })
      await boss.work(sweep, { batchSize: 1, pollingIntervalSeconds: 5 }, async () => handlers.sweep())
      await boss.schedule(sweep, `*/${options.sweepMinutes} * * * *`)
      await boss.send(sweep, {})
    },

    async stop() {
      await boss.stop({ graceful: true, close: true, timeout: 20_000 })
    },
  }
}

function rolloutKey({ repository, environment }: DueRollout): string {
  return `${repository} ${environment}`
}

/** With one process per database, whatever is active when it starts was left by a process that died: it need not wait for its heartbeat. */
async function releaseOrphans(boss: PgBoss, name: string): Promise<void> {
  const jobs = await boss.findJobs(name, { data: {} })
  const orphans = jobs.filter((job) => job.state === 'active').map((job) => job.id)
  if (orphans.length > 0) await boss.fail(name, orphans, { message: 'the process that worked on it ended' })
}
