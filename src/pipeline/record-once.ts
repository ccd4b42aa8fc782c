import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'

/**
 * Appends to the audit trail what is not there yet: `same` are the fields that make two records one. Whatever is recorded before the step that it is
 * about is finished may be recorded by a second try as well, and is there once.
 */
export async function recordOnce(
  deps: Pick<PipelineDeps, 'store'>,
  key: PullKey,
  kind: string,
  same: Readonly<Record<string, string | number>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  for await (const record of deps.store.audit(key)) {
    if (record.kind !== kind) continue
    const body = record.body as Readonly<Record<string, unknown>>
    if (Object.entries(same).every(([name, value]) => body[name] === value)) return
  }
  await deps.store.appendAudit(key, kind, { ...same, ...more })
}
