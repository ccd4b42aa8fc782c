import type { PeopleFacts } from '../facts.ts'
import type { Source } from '../policy/policy.ts'
import { isNamedBy } from './eligible.ts'
import { knownMembers, knownPermission } from './person.ts'

/** Whether a list names a person; `unknown` where GitHub did not say what would settle it. */
export function namedBy(
  from: readonly Source[],
  login: string,
  people: PeopleFacts,
): 'yes' | 'no' | 'unknown' {
  if (isNamedBy(from, login, people)) return 'yes'
  const isOpen = from.some((source) => {
    if (source.kind === 'team') return knownMembers(people, source.team) === undefined
    return source.kind === 'permission' && knownPermission(people, login) === undefined
  })
  return isOpen ? 'unknown' : 'no'
}
