import type { Waiver } from './checklist/checklist.ts'
import type { Finding } from './finding.ts'

/** The waiver that covers a finding now. It holds through its last day, UTC. */
export function findWaiver(finding: Finding, waivers: readonly Waiver[], now: string): Waiver | undefined {
  const today = now.slice(0, 10)
  return waivers.find(
    ({ rule, resource, until }) => rule === finding.rule && until >= today && covers(resource, finding),
  )
}

function covers(resource: string | undefined, { kind, name, namespace }: Finding): boolean {
  if (resource === undefined) return true
  return resource.includes('/') ? resource === `${kind}/${name}` : resource === namespace
}
