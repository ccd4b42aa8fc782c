import { sql } from 'kysely'
import type { Decision } from '../../core/decision.ts'
import type { Facts } from '../../core/facts.ts'
import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Decisions, the policies that they were made under, and what each review saw. */
export function decisionTable(
  db: Database['kysely'],
): Pick<Store, 'saveDecision' | 'savePolicy' | 'readDecision' | 'approvals' | 'saveApprovals'> {
  return {
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
  }
}
