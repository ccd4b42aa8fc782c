import type { Actor, PeopleFacts, Permission } from '../facts.ts'
import { ownEntry } from '../own-entry.ts'

/** GitHub compares logins without case; so does everything here. */
export function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/**
 * Whether an account is a person who can sign. `[bot]` cannot be part of a person's login.
 * https://docs.github.com/en/rest/users/users
 */
export function isHuman(actor: Actor): boolean {
  return actor.type === 'User' && !actor.login.toLowerCase().endsWith('[bot]')
}

/** GitHub's own committer of what is done in its web pages, which says nothing about who did it. */
export function isWebFlow(login: string): boolean {
  return login.toLowerCase() === 'web-flow'
}

const levels: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin']

/** Whether a permission is at least another one. */
export function isAtLeast(permission: Permission, wanted: Permission): boolean {
  return levels.indexOf(permission) >= levels.indexOf(wanted)
}

/**
 * What is known of somebody's permission. `missing` from GitHub is the answer "not a collaborator"; not looked up, or
 * failed, is no answer: undefined.
 */
export function knownPermission(people: PeopleFacts, login: string): Permission | undefined {
  const found = ownEntry(people.permissions, login.toLowerCase())
  if (found?.kind === 'known') return found.value
  return found?.kind === 'missing' ? 'none' : undefined
}

/** Members of a team, or undefined where GitHub did not say. `team` is lower case. */
export function knownMembers(people: PeopleFacts, team: string): readonly string[] | undefined {
  const found = ownEntry(people.teams, team)
  return found?.kind === 'known' ? found.value : undefined
}
