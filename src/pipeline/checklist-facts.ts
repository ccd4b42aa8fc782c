import type { ChecklistFacts, PeopleFacts } from '../core/facts.ts'
import { resolveSource } from '../core/policy/resolve.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Checklist } from '../core/readiness/checklist/checklist.ts'
import type { NeededPeople } from '../ports/github.ts'
import type { AttestationRecord } from '../ports/store.ts'

/** A checklist's part for people, with what they signed of it. Groups are those of the policy. */
export function checklistFacts(
  { manual, mayWaive, waivers }: Pick<Checklist, 'manual' | 'mayWaive' | 'waivers'>,
  groups: Policy['groups'],
  attestations: readonly AttestationRecord[],
): ChecklistFacts {
  return {
    manual: manual.map(({ id, text, by }) => {
      const said = attestations.find(({ item, signed }) => item === id && signed)
      return {
        id,
        text,
        by: by.map((each) => resolveSource(each, groups)),
        ...(said === undefined
          ? {}
          : { signature: { by: said.by, at: said.at, digest: said.digest, note: said.note } }),
      }
    }),
    mayWaive: mayWaive.map((each) => resolveSource(each, groups)),
    waivers,
  }
}

/** Look-ups that tell whether whoever signed may, beyond those that are known. */
export function checklistLookups(
  checklists: readonly (ChecklistFacts | undefined)[],
  { permissions, teams }: PeopleFacts,
): NeededPeople {
  const signed = checklists.flatMap((each) =>
    (each?.manual ?? []).filter(({ signature }) => signature !== undefined),
  )
  const sources = signed.flatMap(({ by }) => by)
  const logins = signed.flatMap(({ signature }) => signature?.by.toLowerCase() ?? [])
  const asked = sources.flatMap((source) => (source.kind === 'team' ? [source.team] : []))
  return {
    teams: [...new Set(asked)].filter((team) => !Object.hasOwn(teams, team)).sort(),
    logins: [...new Set(logins)].filter((login) => !Object.hasOwn(permissions, login)).sort(),
  }
}

/** Look-ups that tell who may sign or waive. */
export function whoMay(checklists: readonly (ChecklistFacts | undefined)[]): readonly string[] {
  const sources = checklists.flatMap((each) => [
    ...(each?.manual ?? []).flatMap(({ by }) => by),
    ...(each?.mayWaive ?? []),
  ])
  return [...new Set(sources.flatMap((source) => (source.kind === 'team' ? [source.team] : [])))].sort()
}

/** What is looked up later replaces what was known. */
export function mergePeople(before: PeopleFacts, now: PeopleFacts): PeopleFacts {
  return {
    permissions: { ...before.permissions, ...now.permissions },
    teams: { ...before.teams, ...now.teams },
  }
}
