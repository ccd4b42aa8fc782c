import { createHash } from 'node:crypto'
import type { Decision, EnvironmentDecision, RuleDecision } from './decision.ts'

/** What is known of requests for reviews when the facts were taken. Logins are lower case. */
export interface RequestFacts {
  /** `acme/shop#7`: who is chosen among equals differs from one pull request to the next. */
  readonly key: string
  /** People who are asked now. */
  readonly pending: readonly string[]
  /** Teams that are asked now, `org/team`. */
  readonly pendingTeams: readonly string[]
  /** People whose request was taken back, by whomever: they are not asked again unless by `/request`. */
  readonly removed: readonly string[]
  /** On how many other open pull requests a person is asked; absent: on none. */
  readonly load: Readonly<Record<string, number>>
  /** People who are known not to be able to review here. */
  readonly unable: readonly string[]
}

/**
 * Whom to ask for the signatures that are missing: for each slot one person of those who may sign. Whoever signed an earlier version
 * first, then whoever is asked on the fewest other pull requests, then by a hash that is stable for the pull request. Whoever is asked
 * already fills a slot in this plan, and a team that is asked fills those that only its members could. Empty for a draft, and while the
 * judgement is not certain.
 */
export function planRequests(decision: Decision, facts: RequestFacts): readonly string[] {
  if (decision.verdict === 'error' || decision.reasons.some(({ code }) => code === 'draft')) return []
  const chosen = new Set<string>()
  for (const environment of decision.environments) chooseFor(environment.rules, facts, chosen)
  if (decision.policyChanges !== undefined) chooseFor([decision.policyChanges], facts, chosen)
  return [...chosen].sort()
}

/** One missing signature, with those who could give it in the order in which they are preferred. */
interface Slot {
  readonly asked: readonly string[]
  readonly free: readonly string[]
}

/**
 * Chooses for the rules of one environment, where a person stands for one slot: a maximum matching, first among those who are asked
 * already, then grown with those who are free. So asking what is planned leaves nothing to be asked.
 */
function chooseFor(rules: EnvironmentDecision['rules'], facts: RequestFacts, chosen: Set<string>): void {
  const slots = rules
    .filter((rule) => rule.state === 'waiting' && rule.have < rule.need)
    // The rule with the fewest people to choose from chooses first.
    .toSorted((a, b) => a.maySign.length - b.maySign.length)
    .flatMap((rule) => slotsOf(rule, facts, chosen))
  const holder = new Map<string, number>()
  const isMatched = slots.map((_, index) => give(slots, index, holder, (slot) => slot.asked, new Set()))
  slots.forEach((_, index) => {
    if (isMatched[index] !== true)
      give(slots, index, holder, (slot) => [...slot.asked, ...slot.free], new Set())
  })
  for (const login of holder.keys()) if (!facts.pending.includes(login)) chosen.add(login)
}

function slotsOf(rule: RuleDecision, facts: RequestFacts, chosen: ReadonlySet<string>): readonly Slot[] {
  const isTeamAsked = rule.from.some((from) =>
    facts.pendingTeams.some((team) => from.toLowerCase() === `team:${team}`),
  )
  if (isTeamAsked) return []
  const asked = rule.maySign.filter((login) => facts.pending.includes(login) || chosen.has(login))
  const free = rule.maySign.filter((login) => isFree(login, facts) && !asked.includes(login))
  const slot = { asked, free: free.toSorted(byFairness(rule, facts)) }
  return Array.from({ length: rule.need - rule.have }, () => slot)
}

/** Finds somebody for a slot, moving holders of other slots where that makes room (Kuhn's augmenting paths). */
function give(
  slots: readonly Slot[],
  index: number,
  holder: Map<string, number>,
  candidatesOf: (slot: Slot) => readonly string[],
  seen: Set<string>,
): boolean {
  const slot = slots[index]
  if (slot === undefined) return false
  for (const login of candidatesOf(slot)) {
    if (seen.has(login)) continue
    seen.add(login)
    const held = holder.get(login)
    if (held === undefined || give(slots, held, holder, candidatesOf, seen)) {
      holder.set(login, index)
      return true
    }
  }
  return false
}

function isFree(login: string, { removed, unable }: RequestFacts): boolean {
  return !removed.includes(login) && !unable.includes(login)
}

function byFairness(rule: RuleDecision, facts: RequestFacts): (a: string, b: string) => number {
  const lapsed = rule.ignored
    .filter(({ reason }) => reason === 'stale' || reason === 'expired')
    .map(({ login }) => login.toLowerCase())
  const rank = (login: string): number => (lapsed.includes(login) ? 0 : 1)
  const load = (login: string): number => (Object.hasOwn(facts.load, login) ? (facts.load[login] ?? 0) : 0)
  return (a, b) =>
    rank(a) - rank(b) || load(a) - load(b) || (turn(facts.key, a) < turn(facts.key, b) ? -1 : 1)
}

function turn(key: string, login: string): string {
  return createHash('sha256').update(`${key}\n${login}`).digest('hex')
}
