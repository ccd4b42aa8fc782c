import { sql } from 'kysely'
import { auditHash } from '../../core/audit.ts'
import type { Decision } from '../../core/decision.ts'
import type { Facts } from '../../core/facts.ts'
import { AppError } from '../../errors.ts'
import type { AuditRecord, Delivery, PullKey, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** A delivery that was taken and not finished within this time belongs to a process that died. */
const takenFor = '60 seconds'

/**
 * The store on one SQL dialect. Every method is a single statement (or safe to repeat): PGlite has one connection that all
 * share, so a transaction held open here would swallow the statements of others.
 */
export function createSqlStore(database: Database): Store {
  const db = database.kysely

  const store: Store = {
    async saveDelivery(delivery) {
      const row = {
        id: delivery.id,
        event: delivery.event,
        payload: JSON.stringify(delivery.payload),
        error: null,
      }
      const result = await db
        .insertInto('delivery')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n ? 'new' : 'known'
    },

    async takeDeliveries(limit, maximumAttempts) {
      const { rows } = await sql<Delivery>`
        update delivery set taken_at = now(), attempts = attempts + 1
        where id in (
          select id from delivery
          where finished_at is null and attempts < ${maximumAttempts}
            and (taken_at is null or taken_at < now() - ${takenFor}::interval)
          order by received_at
          limit ${limit}
          for update skip locked
        )
        returning id, event, payload`.execute(db)
      return rows
    },

    async releaseDeliveries() {
      await db.updateTable('delivery').set({ taken_at: null }).where('finished_at', 'is', null).execute()
    },

    async finishDelivery(id, error) {
      await db
        .updateTable('delivery')
        .set(
          error === undefined
            ? { finished_at: new Date().toISOString(), error: null }
            : { taken_at: null, error },
        )
        .where('id', '=', id)
        .execute()
    },

    async readPull(key) {
      const row = await db.selectFrom('pull').selectAll().where('key', '=', key).executeTakeFirst()
      return row && toPullRecord(row)
    },

    async savePull(record) {
      const { requested, ...rest } = record
      const values = { ...rest, requested: [...(requested ?? [])], updated_at: new Date().toISOString() }
      await db
        .insertInto('pull')
        .values(values)
        .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
        .execute()
    },

    async openPulls(filter = {}) {
      let query = db.selectFrom('pull').selectAll().where('state', '=', 'open').orderBy('key')
      if (filter.owner !== undefined) query = query.where('key', 'like', `${escapeLike(filter.owner)}/%`)
      if (filter.repository !== undefined)
        query = query.where('key', 'like', `${escapeLike(filter.repository)}#%`)
      if (filter.head !== undefined) query = query.where('head', '=', filter.head)
      if (filter.base !== undefined) query = query.where('base', '=', filter.base)
      return (await query.execute()).map(toPullRecord)
    },

    async requestLoad(owner, except) {
      const { rows } = await sql<{ login: string; count: string }>`
        select login, count(*) as count from pull, unnest(requested) as login
        where state = 'open' and key like ${`${escapeLike(owner)}/%`} and key <> ${except}
        group by login`.execute(db)
      return Object.fromEntries(rows.map(({ login, count }) => [login, Number(count)]))
    },

    async saveDecision(pull, policyHash, facts, decision) {
      const text = JSON.stringify(decision)
      await sql`
        insert into decision (pull, head, verdict, policy_hash, facts, decision)
        select ${pull}, ${decision.head}, ${decision.verdict}, ${policyHash}, ${JSON.stringify(facts)}::jsonb, ${text}::jsonb
        where not exists (
          select 1 from (select decision, policy_hash from decision where pull = ${pull} order by id desc limit 1) as last
          where last.decision = ${text}::jsonb and last.policy_hash = ${policyHash}
        )`.execute(db)
    },

    async savePolicy(hash, policy) {
      await db
        .insertInto('policy')
        .values({ hash, rules: JSON.stringify(policy) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    async readDecision(pull, at) {
      let query = db
        .selectFrom('decision')
        .leftJoin('policy', 'policy.hash', 'decision.policy_hash')
        .select(['decided_at', 'policy_hash', 'facts', 'decision', 'rules'])
        .where('pull', '=', pull)
        .orderBy('id', 'desc')
        .limit(1)
      if (at !== undefined) query = query.where('decided_at', '<=', sql<Date>`${at}::timestamptz`)
      const row = await query.executeTakeFirst()
      return (
        row && {
          at: row.decided_at.toISOString(),
          policyHash: row.policy_hash,
          policy: row.rules ?? undefined,
          facts: row.facts as Facts,
          decision: row.decision as Decision,
        }
      )
    },

    async approvals(pull) {
      const rows = await db.selectFrom('approval').selectAll().where('pull', '=', pull).execute()
      return rows.map((row) => ({
        reviewId: row.review,
        environment: row.environment,
        commit: row.commit,
        change: row.change_digest,
        result: row.result_digest ?? undefined,
        fields: row.fields as Record<string, string>,
      }))
    },

    async saveApprovals(pull, records) {
      if (records.length === 0) return
      const rows = records.map((record) => ({
        pull,
        review: record.reviewId,
        environment: record.environment,
        commit: record.commit,
        change_digest: record.change,
        result_digest: record.result ?? null,
        fields: JSON.stringify(record.fields),
      }))
      await db
        .insertInto('approval')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    async startCommand(pull, commentId) {
      const result = await db
        .insertInto('command')
        .values({ comment: commentId, pull })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows === 1n) return 'new'
      const row = await db
        .selectFrom('command')
        .select('done')
        .where('comment', '=', String(commentId))
        .executeTakeFirst()
      return row?.done === true ? 'done' : 'started'
    },

    async finishCommand(commentId) {
      await db.updateTable('command').set({ done: true }).where('comment', '=', String(commentId)).execute()
    },

    async holds(pull) {
      const rows = await db.selectFrom('hold').selectAll().where('pull', '=', pull).execute()
      return rows.map((row) => ({ by: row.login, at: row.at.toISOString(), reason: row.reason }))
    },

    async hold(pull, hold) {
      const values = { pull, login: hold.by, reason: hold.reason, at: hold.at }
      await db
        .insertInto('hold')
        .values(values)
        .onConflict((conflict) => conflict.column('pull').doUpdateSet(values))
        .execute()
    },

    async unhold(pull) {
      await db.deleteFrom('hold').where('pull', '=', pull).execute()
    },

    async mergeAsked(pull) {
      const row = await db.selectFrom('merge_asked').selectAll().where('pull', '=', pull).executeTakeFirst()
      return row && { by: row.login, at: row.at.toISOString(), head: row.head }
    },

    async askMerge(pull, asked) {
      if (asked === undefined) {
        await db.deleteFrom('merge_asked').where('pull', '=', pull).execute()
        return
      }
      const values = { pull, login: asked.by, head: asked.head, at: asked.at }
      await db
        .insertInto('merge_asked')
        .values(values)
        .onConflict((conflict) => conflict.column('pull').doUpdateSet(values))
        .execute()
    },

    async freezes(repository) {
      const rows = await db
        .selectFrom('frozen')
        .selectAll()
        .where('repository', '=', repository)
        .orderBy('environment')
        .execute()
      return rows.map(({ environment, login, at, until, reason }) => ({
        environment,
        by: login,
        at: at.toISOString(),
        ...(until === null ? {} : { until: until.toISOString() }),
        reason,
      }))
    },

    async freeze(repository, { environment, by, at, until, reason }) {
      const values = { repository, environment, login: by, reason, at, until: until ?? null }
      await db
        .insertInto('frozen')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'environment']).doUpdateSet(values))
        .execute()
    },

    async unfreeze(repository, environment) {
      await db
        .deleteFrom('frozen')
        .where('repository', '=', repository)
        .where('environment', '=', environment)
        .execute()
    },

    async breakGlass(pull) {
      const rows = await db
        .selectFrom('break_glass')
        .selectAll()
        .where('pull', '=', pull)
        .orderBy('environment')
        .execute()
      return rows.map((row) => ({
        environment: row.environment,
        by: row.login,
        at: row.at.toISOString(),
        reason: row.reason,
        head: row.head,
        ...(row.confirmed_by === null || row.confirmed_at === null
          ? {}
          : { confirmed: { by: row.confirmed_by, at: row.confirmed_at.toISOString() } }),
      }))
    },

    async askBreakGlass(pull, { environment, by, at, reason, head }) {
      const values = {
        pull,
        environment,
        login: by,
        reason,
        head,
        at,
        confirmed_by: null,
        confirmed_at: null,
      }
      await db
        .insertInto('break_glass')
        .values(values)
        .onConflict((conflict) =>
          conflict
            .columns(['pull', 'environment'])
            .doUpdateSet(values)
            .where('break_glass.at', '<', sql<Date>`excluded.at`),
        )
        .execute()
    },

    async confirmBreakGlass(pull, { environment, head, by, at }) {
      await db
        .updateTable('break_glass')
        .set({ confirmed_by: by, confirmed_at: at })
        .where('pull', '=', pull)
        .where('environment', '=', environment)
        .where('head', '=', head)
        .where('confirmed_by', 'is', null)
        .execute()
    },

    async withdrawBreakGlass(pull) {
      await db.deleteFrom('break_glass').where('pull', '=', pull).execute()
    },

    async protectionProblems(repository, branch) {
      const row = await db
        .selectFrom('protection')
        .select('problems')
        .where('repository', '=', repository)
        .where('branch', '=', branch)
        .executeTakeFirst()
      return row?.problems
    },

    async saveProtectionProblems(repository, branch, problems) {
      const values = { repository, branch, problems: [...problems] }
      await db
        .insertInto('protection')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'branch']).doUpdateSet(values))
        .execute()
    },

    async pushers(repository, ref) {
      const rows = await db
        .selectFrom('pusher')
        .select('login')
        .where('repository', '=', repository)
        .where('ref', '=', ref)
        .orderBy('login')
        .execute()
      return rows.map((row) => row.login)
    },

    async addPusher(repository, ref, login) {
      await db
        .insertInto('pusher')
        .values({ repository, ref, login })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    async deployments(repository, sha) {
      const rows = await db
        .selectFrom('deployment')
        .selectAll()
        .where('repository', '=', repository)
        .where('sha', '=', sha)
        .orderBy('environment')
        .execute()
      return rows.map((row) => ({
        repository: row.repository,
        environment: row.environment,
        sha: row.sha,
        pull: row.pull,
        githubId: Number(row.github_id),
        state: row.state,
      }))
    },

    async saveDeployment(record) {
      const { githubId, ...rest } = record
      const values = { ...rest, github_id: githubId, updated_at: new Date().toISOString() }
      await db
        .insertInto('deployment')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'environment', 'sha']).doUpdateSet(values))
        .execute()
    },

    async appendAudit(pull, kind, body) {
      const text = JSON.stringify(body)
      // Two writers may read the same last record; the primary key lets one of them append, the other reads again.
      for (let attempt = 0; attempt < 50; attempt++) {
        const last = await db
          .selectFrom('audit')
          .select(['sequence', 'hash'])
          .orderBy('sequence', 'desc')
          .limit(1)
          .executeTakeFirst()
        const content = {
          sequence: Number(last?.sequence ?? 0) + 1,
          at: new Date().toISOString(),
          pull,
          kind,
          body: text,
        }
        const previous = last?.hash ?? ''
        const hash = auditHash(previous, content)
        const result = await db
          .insertInto('audit')
          .values({ ...content, previous, hash })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (result.numInsertedOrUpdatedRows === 1n) return { ...content, pull, body, previous, hash }
      }
      throw new AppError(
        'store-failed',
        'failed to append to the audit trail: other writers were faster fifty times',
      )
    },

    async *audit(pull) {
      const page = 500
      for (let after = 0; ;) {
        let query = db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', String(after))
          .orderBy('sequence')
          .limit(page)
        if (pull !== undefined) query = query.where('pull', '=', pull)
        const rows = await query.execute()
        for (const row of rows) yield toAuditRecord(row)
        if (rows.length < page) return
        after = Number(rows.at(-1)?.sequence)
      }
    },

    async *auditRows() {
      const page = 500
      for (let after = -1; ;) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', String(after))
          .orderBy('sequence')
          .limit(page)
          .execute()
        for (const row of rows) yield { ...row, sequence: Number(row.sequence) }
        if (rows.length < page) return
        after = Number(rows.at(-1)?.sequence)
      }
    },

    async ping() {
      await sql`select 1`.execute(db)
    },

    describe: async () => database.description,
    close: () => database.close(),
  }
  return withStoreErrors(store)
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
}

function toPullRecord(row: {
  key: string
  installation: string
  state: string
  base: string
  head: string
  verdict: string
  title: string
  requested: string[]
}) {
  return {
    key: row.key as PullKey,
    installation: Number(row.installation),
    state: row.state as 'open' | 'closed' | 'merged',
    base: row.base,
    head: row.head,
    verdict: row.verdict,
    title: row.title,
    ...(row.requested.length === 0 ? {} : { requested: row.requested }),
  }
}

function toAuditRecord(row: {
  sequence: string
  at: string
  pull: string | null
  kind: string
  body: string
  previous: string
  hash: string
}): AuditRecord {
  return {
    ...row,
    sequence: Number(row.sequence),
    pull: row.pull as PullKey | null,
    body: JSON.parse(row.body) as unknown,
  }
}

/** Turns what a driver throws into `store-failed`, naming the method: a port's errors are from the catalogue. */
function withStoreErrors(store: Store): Store {
  const fail = (name: string, cause: unknown): never => {
    if (cause instanceof AppError) throw cause
    throw new AppError('store-failed', `failed to ${name} in the database: ${(cause as Error).message}`, {
      cause,
    })
  }
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function' || name === 'audit' || name === 'auditRows') return method
      return (...args: unknown[]) =>
        (method.apply(target, args) as Promise<unknown>).catch((cause: unknown) => fail(String(name), cause))
    },
  })
}
