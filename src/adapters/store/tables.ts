import type { ColumnType, Generated } from 'kysely'

type Json = ColumnType<unknown, string, string>
type Time = ColumnType<Date, string | undefined, string>

/** One interface per table of migrations.ts, in snake case as the columns are. */
export interface Tables {
  delivery: {
    id: string
    event: string
    payload: Json
    received_at: Time
    taken_at: ColumnType<Date | null, never, string | null>
    finished_at: ColumnType<Date | null, never, string | null>
    attempts: Generated<number>
    error: string | null
  }
  pull: {
    key: string
    installation: ColumnType<string, number, number>
    state: string
    base: string
    head: string
    verdict: string
    title: string
    requested: Generated<string[]>
    updated_at: Time
  }
  decision: {
    id: Generated<string>
    pull: string
    head: string
    verdict: string
    policy_hash: string
    facts: Json
    decision: Json
    decided_at: Time
  }
  policy: { hash: string; rules: Json }
  approval: {
    pull: string
    review: string
    environment: string
    commit: string
    change_digest: string
    result_digest: string | null
    fields: Json
    seen_at: Time
  }
  command: {
    comment: ColumnType<string, number, number>
    pull: string
    done: Generated<boolean>
    started_at: Time
  }
  hold: { pull: string; login: string; reason: string; at: Time }
  merge_asked: { pull: string; login: string; head: string; at: Time; carried: boolean }
  frozen: {
    repository: string
    environment: string
    login: string
    reason: string
    at: Time
    until: ColumnType<Date | null, string | null, string | null>
  }
  break_glass: {
    pull: string
    environment: string
    login: string
    reason: string
    head: string
    change_digest: string
    at: Time
    confirmed_by: string | null
    confirmed_at: ColumnType<Date | null, string | null, string | null>
  }
  attestation: {
    pull: string
    environment: string
    item: string
    login: string
    at: Time
    digest: string
    note: string
    signed: boolean
  }
  waiver: {
    repository: string
    environment: string
    rule: string
    resource: string
    login: string
    reason: string
    /** A day: `2027-01-31`. */
    until: string
    at: Time
  }
  protection: { repository: string; branch: string; problems: string[] }
  pusher: { repository: string; ref: string; login: string }
  deployment: {
    repository: string
    environment: string
    sha: string
    pull: number
    github_id: ColumnType<string, number, number>
    base: string
    installation: ColumnType<string, number, number>
    merged_at: Time
    merged_by: string | null
    digest: string
    classes: string[]
    signatures: Json
    rollout: ColumnType<unknown, string | null, string | null>
    published: string | null
  }
  proposal: {
    repository: string
    number: number
    kind: string
    environment: string
    of_sha: string
    of_pull: number
    asked_by: string | null
    contributors: string[]
  }
  gate_command: {
    id: Generated<string>
    repository: string
    environment: string
    sha: string
    kind: string
    name: string | null
    login: string
    at: Time
  }
  quarantine: { repository: string; sha: string; reason: string; at: Time }
  observation: {
    id: Generated<string>
    at: ColumnType<Date, string, string>
    repository: string | null
    body: Json
  }
  audit: {
    sequence: ColumnType<string, number, never>
    at: string
    pull: string | null
    kind: string
    body: string
    previous: string
    hash: string
  }
}
