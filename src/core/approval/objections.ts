import type { PeopleFacts } from '../facts.ts'
import type { ApprovalRule } from '../policy/policy.ts'
import { isNamedBy } from './eligible.ts'
import type { Opinion } from './opinions.ts'
import { isHuman } from './person.ts'

/**
 * People who ask for changes and whom `from` of any of these rules names: contributors too, people who may not write too, and
 * also when the rule is not needed now. To stop a change takes less than to sign it.
 */
export function findObjections(
  opinions: readonly Opinion[],
  rules: readonly ApprovalRule[],
  people: PeopleFacts,
): Opinion[] {
  return opinions.filter(
    ({ person, state }) =>
      state === 'CHANGES_REQUESTED' &&
      isHuman(person) &&
      rules.some((rule) => isNamedBy(rule.from, person.login, people)),
  )
}
