import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * The schema, step by step. Steps are never edited once released; a change is a new step.
 * Only SQL that PostgreSQL and PGlite both understand.
 */
const steps: readonly (readonly string[])[] = [
  [
    `create table delivery (
      id text primary key,
      event text not null,
      payload jsonb not null,
      received_at timestamptz not null default now(),
      taken_at timestamptz,
      finished_at timestamptz,
      attempts integer not null default 0,
      error text
    )`,
    `create index delivery_open on delivery (received_at) where finished_at is null`,
    `create table pull (
      key text primary key,
      installation bigint not null,
      state text not null,
      base text not null,
      head text not null,
      verdict text not null,
      title text not null,
      requested text[] not null default '{}',
      updated_at timestamptz not null default now()
    )`,
    `create index pull_open on pull (key) where state = 'open'`,
    `create table decision (
      id bigint generated always as identity primary key,
      pull text not null,
      head text not null,
      verdict text not null,
      policy_hash text not null,
      facts jsonb not null,
      decision jsonb not null,
      decided_at timestamptz not null default now()
    )`,
    `create index decision_pull on decision (pull, id)`,
    `create table policy (hash text primary key, rules jsonb not null)`,
    `create table approval (
      pull text not null,
      review text not null,
      environment text not null,
      commit text not null,
      change_digest text not null,
      result_digest text,
      fields jsonb not null,
      seen_at timestamptz not null default now(),
      primary key (review, environment)
    )`,
    `create index approval_pull on approval (pull)`,
    `create table command (
      comment bigint primary key,
      pull text not null,
      done boolean not null default false,
      started_at timestamptz not null default now()
    )`,
    `create table hold (
      pull text primary key,
      login text not null,
      reason text not null,
      at timestamptz not null
    )`,
    `create table merge_asked (
      pull text primary key,
      login text not null,
      head text not null,
      at timestamptz not null
    )`,
    `create table frozen (
      repository text not null,
      environment text not null,
      login text not null,
      reason text not null,
      at timestamptz not null,
      until timestamptz,
      primary key (repository, environment)
    )`,
    `create table break_glass (
      pull text not null,
      environment text not null,
      login text not null,
      reason text not null,
      head text not null,
      change_digest text not null,
      at timestamptz not null,
      confirmed_by text,
      confirmed_at timestamptz,
      primary key (pull, environment)
    )`,
    `create table protection (
      repository text not null,
      branch text not null,
      problems text[] not null,
      primary key (repository, branch)
    )`,
    `create table pusher (
      repository text not null,
      ref text not null,
      login text not null,
      primary key (repository, ref, login)
    )`,
    `create table deployment (
      repository text not null,
      environment text not null,
      sha text not null,
      pull integer not null,
      github_id bigint not null,
      state text not null,
      updated_at timestamptz not null default now(),
      primary key (repository, environment, sha)
    )`,
    // body is text, not jsonb: the hash covers its bytes, and jsonb would reorder them.
    `create table audit (
      sequence bigint primary key,
      at text not null,
      pull text,
      kind text not null,
      body text not null,
      previous text not null,
      hash text not null unique
    )`,
    `create index audit_pull on audit (pull, sequence)`,
  ],
  [
    `alter table deployment
      drop column state,
      drop column updated_at,
      add column base text not null default '',
      add column installation bigint not null default 0,
      add column merged_at timestamptz not null default now(),
      add column merged_by text,
      add column digest text not null default '',
      add column classes text[] not null default '{}',
      add column signatures jsonb not null default '[]',
      add column rollout jsonb,
      add column published text`,
    `create index deployment_environment on deployment (repository, environment, merged_at)`,
    `create table observation (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      repository text,
      body jsonb not null
    )`,
    `create index observation_at on observation (at)`,
    `create table proposal (
      repository text not null,
      number integer not null,
      kind text not null,
      environment text not null,
      of_sha text not null,
      of_pull integer not null,
      asked_by text,
      contributors text[] not null,
      primary key (repository, number)
    )`,
    `create table gate_command (
      id bigint generated always as identity primary key,
      repository text not null,
      environment text not null,
      sha text not null,
      kind text not null,
      name text,
      login text not null,
      at timestamptz not null
    )`,
    `create index gate_command_deployment on gate_command (repository, environment, sha, id)`,
    `create table quarantine (
      repository text not null,
      sha text not null,
      reason text not null,
      at timestamptz not null default now(),
      primary key (repository, sha)
    )`,
    `create table attestation (
      pull text not null,
      environment text not null,
      item text not null,
      login text not null,
      at timestamptz not null,
      digest text not null,
      note text not null,
      signed boolean not null,
      primary key (pull, environment, item)
    )`,
    `create table waiver (
      repository text not null,
      environment text not null,
      rule text not null,
      resource text not null,
      login text not null,
      reason text not null,
      until text not null,
      at timestamptz not null,
      primary key (repository, environment, rule, resource)
    )`,
  ],
  ['alter table merge_asked add column carried boolean not null default false'],
]

/** Any number, the same for every replica: whoever holds it migrates. */
const lock = 4_012_611

/** Brings the database to the newest step. Twenty replicas may start at once: one migrates, the others wait and find it done. */
export async function migrate(kysely: Kysely<Tables>): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lock})`.execute(transaction)
    await sql`create table if not exists migration (step integer primary key, at timestamptz not null default now())`.execute(
      transaction,
    )
    const { rows } = await sql<{
      step: number
    }>`select coalesce(max(step), 0)::int as step from migration`.execute(transaction)
    for (let step = (rows[0]?.step ?? 0) + 1; step <= steps.length; step++) {
      for (const statement of steps[step - 1] ?? []) await sql.raw(statement).execute(transaction)
      await sql`insert into migration (step) values (${step})`.execute(transaction)
    }
  })
}
