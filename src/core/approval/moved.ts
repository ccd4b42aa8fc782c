import type { Change } from '../change/change.ts'
import type { Json } from '../change/resource.ts'

/** What a change consists of, small enough to be kept with a review: `Kind namespace/name` and path, to the (masked) value after. */
export type ChangeFields = Readonly<Record<string, string>>

/** A review is kept with at most this many fields; beyond them "what moved" is said by resource only as far as it is known. */
const fieldLimit = 2_000

export function changeFields(change: Change): ChangeFields {
  const fields: Record<string, string> = {}
  for (const resource of change.resources) {
    const who = `${resource.kind} ${resource.namespace === undefined ? '' : `${resource.namespace}/`}${resource.name}`
    if (resource.action !== 'changed') fields[`${who}\n`] = resource.action
    for (const field of resource.changes.slice(0, 200)) fields[`${who}\n${field.path}`] = short(field.after)
    if (Object.keys(fields).length > fieldLimit) break
  }
  return fields
}

/** What is different between the change that was signed and the change now: `Deployment web/frontend (replicas 4 → 2)`, at most ten. */
export function movedSince(signed: ChangeFields, now: ChangeFields): readonly string[] {
  const moved = new Map<string, string[]>()
  for (const key of [...new Set([...Object.keys(signed), ...Object.keys(now)])].sort()) {
    if (signed[key] === now[key]) continue
    const [who = '', path = ''] = key.split('\n')
    const details = moved.get(who) ?? []
    moved.set(who, details)
    if (path !== '')
      details.push(
        `${path.slice(path.lastIndexOf('/') + 1)} ${signed[key] ?? 'as before'} → ${now[key] ?? 'as before'}`,
      )
  }
  return [...moved]
    .slice(0, 10)
    .map(([who, details]) => (details.length === 0 ? who : `${who} (${details.slice(0, 3).join(', ')})`))
}

function short(value: Json | undefined): string {
  if (value === undefined) return 'removed'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
