import { createHash } from 'node:crypto'

/** What the hash of a record covers, besides the hash of the record before it. */
export interface AuditContent {
  readonly sequence: number
  readonly at: string
  readonly pull: string | null
  readonly kind: string
  /** The body as stored: the hash covers its bytes. */
  readonly body: string
}

/** A record with its place in the chain. */
export interface AuditRow extends AuditContent {
  readonly previous: string
  readonly hash: string
}

/** What is wrong at one place of the chain. */
export interface AuditProblem {
  readonly sequence: number
  readonly kind: 'altered' | 'missing' | 'reordered'
  readonly sentence: string
}

/** Follows the chain, row by row. Create one for each reading. */
export function createAuditVerifier(): {
  readonly take: (row: AuditRow) => AuditProblem | undefined
  readonly last: () => { readonly count: number; readonly hash: string }
} {
  let before: AuditRow | undefined
  let count = 0
  return {
    take(row) {
      const problem = problemOf(row, before)
      before = row
      count += 1
      return problem
    },
    last: () => ({ count, hash: before?.hash ?? '' }),
  }
}

function problemOf(row: AuditRow, before: AuditRow | undefined): AuditProblem | undefined {
  const { sequence } = row
  const expected = (before?.sequence ?? 0) + 1
  if (sequence > expected) {
    const which =
      sequence === expected + 1 ? `record ${expected} is` : `records ${expected} to ${sequence - 1} are`
    return { sequence: expected, kind: 'missing', sentence: `${which} missing` }
  }
  if (auditHash(row.previous, row) !== row.hash)
    return {
      sequence,
      kind: 'altered',
      sentence: `record ${sequence} was altered: its content does not have its hash`,
    }
  if (row.previous !== (before?.hash ?? ''))
    return { sequence, kind: 'reordered', sentence: `record ${sequence} does not follow the one before it` }
  return undefined
}

/** `sha256` (hex) that chains a record to the one before; altering, removing or reordering any record breaks every hash after it. */
export function auditHash(previous: string, content: AuditContent): string {
  const fields = [
    previous,
    String(content.sequence),
    content.at,
    content.pull ?? '',
    content.kind,
    content.body,
  ]
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}
