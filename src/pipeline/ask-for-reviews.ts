import { isAtLeast, knownPermission } from '../core/approval/person.ts'
import type { Decision } from '../core/decision.ts'
import { planRequests, type RequestFacts } from '../core/requests.ts'
import { toAppError } from '../errors.ts'
import type { AskedReviewers, GitHub } from '../ports/github.ts'
import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import type { Taken } from './take-facts.ts'

/** Permission to review changes seldom; what is older is asked again. */
const permissionAgeMs = 5 * 60_000
/** How often somebody who turns out not to be able to review is replaced by somebody else. */
const rounds = 5

/**
 * What planRequests needs to know. Whoever would be asked is looked up first: GitHub takes no request for somebody without access,
 * and refuses all of a request for one of them.
 */
export async function takeRequests(
  deps: PipelineDeps,
  github: GitHub,
  key: PullKey,
  taken: Taken,
  decision: Decision,
  options: { readonly again: boolean } = { again: false },
): Promise<RequestFacts> {
  const { requests } = taken.reading
  const { repository } = taken.facts.pull
  const base = {
    key,
    pending: requests.users,
    pendingTeams: requests.teams,
    removed: options.again ? [] : requests.removed,
  }
  const author = taken.facts.pull.author?.login.toLowerCase()
  let facts: RequestFacts = { ...base, load: {}, unable: author === undefined ? [] : [author] }
  if (planRequests(decision, facts).length === 0) return facts
  facts = { ...facts, load: await deps.store.requestLoad(repository.split('/')[0] ?? '', key) }
  for (let round = 0; round < rounds; round++) {
    const logins = planRequests(decision, facts)
    if (logins.length === 0) return facts
    const people = await github.readPeople(repository, { teams: [], logins }, permissionAgeMs)
    const unable = logins.filter((login) => {
      const permission = knownPermission(people, login)
      return permission === undefined || !isAtLeast(permission, 'write')
    })
    if (unable.length === 0) return facts
    facts = { ...facts, unable: [...facts.unable, ...unable] }
  }
  return facts
}

/** Asks; that GitHub refuses keeps nothing else from being done. */
export async function askForReviews(
  deps: PipelineDeps,
  github: GitHub,
  taken: Taken,
  asked: AskedReviewers,
): Promise<void> {
  const { repository, number } = taken.facts.pull
  try {
    await github.requestReviews(repository, number, asked)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'github-refused') throw error
    deps.log.warn({ pull: `${repository}#${number}`, err: error }, 'reviews could not be asked for')
  }
}
