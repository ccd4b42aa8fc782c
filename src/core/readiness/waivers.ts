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

/** Whether a text such as `2027-02-30` is a day of the calendar. */
export function isDay(text: string): boolean {
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
}

const dayMs = 86_400_000
/** So many days before its end a waiver is announced. */
const announcedDays = 3

/** Waivers that end today or in the next days: what they cover will be a finding again. */
export function endingWaivers(waivers: readonly Waiver[], now: string): readonly Waiver[] {
  const today = now.slice(0, 10)
  const last = new Date(Date.parse(now) + announcedDays * dayMs).toISOString().slice(0, 10)
  return waivers.filter(({ until }) => until >= today && until <= last)
}

/** Instants (milliseconds) at which time alone changes what waivers do: each is announced, and each ends after its last day. */
export function waiverInstants(waivers: readonly Waiver[]): readonly number[] {
  return waivers.flatMap(({ until }) => {
    const day = Date.parse(`${until}T00:00:00Z`)
    return Number.isNaN(day) ? [] : [day - announcedDays * dayMs, day + dayMs]
  })
}
