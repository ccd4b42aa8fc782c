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
