import type { PeopleFacts } from '../facts.ts'
import type { ApprovalRule, Source } from '../policy/policy.ts'
import type { Barred } from './barred.ts'
import { isAtLeast, isWebFlow, knownMembers, knownPermission } from './person.ts'

/**
 * Logins that could fill a missing slot of a rule: named by it, not barred, not busy, and not known to lack write permission.
 * Sorted. People whom only `permission:` names are known as far as they were looked up.
 */
export function findMaySign(
  rule: ApprovalRule,
  people: PeopleFacts,
  barred: Barred,
  busy: readonly string[],
): string[] {
  const taken = new Set(busy.map((login) => login.toLowerCase()))
  const named = new Set(rule.from.flatMap((source) => loginsOf(source, people)))
  return [...named]
    .filter(
      (login) => !taken.has(login) && !barred.has(login) && !login.endsWith('[bot]') && !isWebFlow(login),
    )
    .filter((login) => {
      const permission = knownPermission(people, login)
      return permission === undefined || isAtLeast(permission, 'write')
    })
    .sort()
}

function loginsOf(source: Source, people: PeopleFacts): readonly string[] {
  switch (source.kind) {
    case 'team':
      return (knownMembers(people, source.team) ?? []).map((login) => login.toLowerCase())
    case 'group':
      return source.logins
    case 'user':
      return [source.login]
    case 'permission':
      return Object.keys(people.permissions).filter((login) => {
        const permission = knownPermission(people, login)
        return permission !== undefined && isAtLeast(permission, source.permission)
      })
  }
}
