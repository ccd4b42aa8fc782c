import type { PeopleFacts } from '../facts.ts'
import type { Source } from '../policy/policy.ts'
import { isAtLeast, knownMembers, knownPermission, sameLogin } from './person.ts'

/**
 * Whether `from` names a person. `permission:read` names readers, but whoever signs needs write permission besides.
 * What was not looked up names nobody; that it was not is found by `missingLookups`.
 */
export function isNamedBy(from: readonly Source[], login: string, people: PeopleFacts): boolean {
  return from.some((source) => {
    switch (source.kind) {
      case 'team':
        return includesLogin(knownMembers(people, source.team) ?? [], login)
      case 'group':
        return includesLogin(source.logins, login)
      case 'user':
        return sameLogin(source.login, login)
      case 'permission': {
        const permission = knownPermission(people, login)
        return permission !== undefined && isAtLeast(permission, source.permission)
      }
    }
  })
}

/** Write permission or better, now. */
export function mayWrite(login: string, people: PeopleFacts): boolean {
  const permission = knownPermission(people, login)
  return permission !== undefined && isAtLeast(permission, 'write')
}

function includesLogin(logins: readonly string[], login: string): boolean {
  return logins.some((each) => sameLogin(each, login))
}
