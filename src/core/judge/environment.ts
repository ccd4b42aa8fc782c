import { countApprovals, isNeeded } from '../approval/count.ts'
import { findBarred, shortSha, unattributedCommits } from '../approval/barred.ts'
import { findEmergency } from '../approval/emergency.ts'
import { findObjections } from '../approval/objections.ts'
import type { Opinion } from '../approval/opinions.ts'
import type { ChangeClass } from '../change/change.ts'
import { worstVerdict, type EnvironmentDecision, type Reason, type RuleDecision } from '../decision.ts'
import type { EnvironmentFacts, Facts, PullFacts } from '../facts.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { listAnd, listOr } from '../policy/suggest.ts'
import { waiverInstants } from '../readiness/waivers.ts'
import { judgeGates } from '../schedule/gates.ts'
import { judgeChecks } from './checks.ts'
import { hasUnknownTeam, judgeLookups } from './lookups.ts'
import { judgeManual } from './manual.ts'
import { judgeReadiness } from './readiness.ts'
import { byWeight } from './weight.ts'

/** One environment judged, and the instants (milliseconds) at which time alone changes the answer. */
export interface JudgedEnvironment {
  readonly decision: EnvironmentDecision
  readonly affected: boolean
  readonly changesAt: readonly number[]
}

export interface JudgeContext {
  readonly facts: Facts
  /** `facts.takenAt` in milliseconds. */
  readonly now: number
  /** Earliest first. */
  readonly opinions: readonly Opinion[]
}

/** Judges one environment on its own: the same person may sign two of them. */
export function judgeEnvironment(
  written: EnvironmentPolicy,
  found: EnvironmentFacts | undefined,
  { facts, now, opinions }: JudgeContext,
): JudgedEnvironment {
  const { pull, people } = facts
  const { policy, environment } = forRollback(written, found, pull)
  const change = environment?.change
  const classes = change?.change.classes ?? []
  const failures = change?.failures ?? []
  const affected =
    change === undefined || failures.length > 0 || classes.length > 0 || change.change.resources.length > 0
  const counted = countApprovals({
    rules: policy.approvals,
    distinct: policy.distinct,
    affected,
    classes,
    opinions,
    people,
    barred: affected ? findBarred(pull, policy.selfApproval) : nobody,
    binding: {
      binding: policy.binding,
      head: pull.head.sha,
      environment: environment ?? null,
      baseChangedAt: pull.baseChangedAt,
    },
    expiresMs: policy.expiresMs,
    now,
  })
  const describe = (all: readonly Reason[], rules: readonly RuleDecision[]): EnvironmentDecision => {
    const { reasons, emergency } = passOver(policy, facts, all)
    return {
      name: policy.name,
      verdict: affected ? worstVerdict(['ready', ...reasons.map(({ verdict }) => verdict)]) : 'unaffected',
      protected: policy.protected,
      reasons: byWeight(reasons),
      rules,
      ...(emergency === undefined ? {} : { emergency }),
    }
  }
  if (!affected) return { decision: describe([], counted.rules), affected, changesAt: [] }
  if (environment === undefined)
    return { decision: describe([notCompared], counted.rules), affected, changesAt: [] }
  const gates = judgeGates(policy, environment, pull.number, now)
  const reasons = [
    ...judgeRendering(environment),
    ...judgeGuards(policy, classes, failures.length > 0),
    ...judgeLookups(policy.approvals, opinions, people),
    ...counted.unknown.map((sentence): Reason => ({ code: 'lookup-failed', verdict: 'error', sentence })),
    ...judgeAttribution(policy, pull),
    ...judgeObjections(findObjections(opinions, policy.approvals, people)),
    ...judgeReadiness(policy.readiness, environment),
    ...judgeManual(policy.readiness, environment, people),
    ...judgeChecks(policy.checks, pull.checks),
    ...judgeRules(counted.rules),
    ...gates.reasons,
  ]
  const rules = counted.rules.map((rule, index): RuleDecision => {
    const written = policy.approvals[index]
    const isUnknown = failures.length > 0 || (written !== undefined && hasUnknownTeam(written, people))
    return isUnknown ? { ...rule, state: 'error' } : rule
  })
  const expiry = counted.expiresAt === undefined ? [] : [counted.expiresAt]
  return {
    decision: describe(reasons, rules),
    affected,
    changesAt: [...gates.changesAt, ...expiry, ...waiverInstants(environment.checklist?.waivers ?? [])],
  }
}

/**
 * A proven rollback goes by the policy's `rollback` rule: its signatures, and, unless it says otherwise, through freezes and windows. What runs
 * again ran before: neither the checklist nor the soak nor the deployment that it ends is asked.
 */
function forRollback(
  policy: EnvironmentPolicy,
  environment: EnvironmentFacts | undefined,
  { rollsBack }: PullFacts,
): { readonly policy: EnvironmentPolicy; readonly environment: EnvironmentFacts | undefined } {
  const { rollback } = policy
  if (rollsBack === undefined || rollback === null) return { policy, environment }
  const isFree = rollback.freeze === 'allow'
  return {
    policy: {
      ...policy,
      approvals: [rollback.rule],
      windows: isFree ? [] : policy.windows,
      promotion: null,
      readiness: { ...policy.readiness, block: 'none' },
      merge: { ...policy.merge, when: 'ready', queue: 'parallel' },
    },
    environment:
      environment === undefined
        ? undefined
        : {
            ...environment,
            checklist: undefined,
            frozen: isFree ? undefined : environment.frozen,
          },
  }
}

const nobody: ReturnType<typeof findBarred> = new Map()

/** What an emergency merge passes over: missing signatures and closed windows. Whatever else stands in the way keeps standing. */
const passable: readonly string[] = ['approvals', 'window']

function passOver(
  policy: EnvironmentPolicy,
  facts: Facts,
  reasons: readonly Reason[],
): Pick<EnvironmentDecision, 'reasons' | 'emergency'> {
  const found = findEmergency(policy, facts)
  const passedOver = reasons.filter(({ code }) => passable.includes(code))
  if (found === undefined || passedOver.length === 0) return { reasons }
  return {
    reasons: reasons.filter(({ code }) => !passable.includes(code)),
    emergency: { by: found.by, confirmedBy: found.confirmedBy, reason: found.reason, passedOver },
  }
}

const notCompared: Reason = {
  code: 'not-compared',
  verdict: 'error',
  sentence: 'what would change was not found out',
  next: 'It is tried again by itself; `/retry` asks now.',
}

function judgeRendering({ change }: EnvironmentFacts): Reason[] {
  return change.failures.map(({ target, message, file, line }) => {
    const place = file === undefined ? target : line === undefined ? file : `${file}:${line}`
    return {
      code: 'render-failed',
      verdict: 'error',
      sentence: `would not render (${place}): ${message}`,
      next: 'Mend the target and push.',
    }
  })
}

/** In a protected environment a class that no rule guards has nobody who may sign it. */
function judgeGuards(policy: EnvironmentPolicy, classes: readonly ChangeClass[], failed: boolean): Reason[] {
  if (!policy.protected || failed) return []
  const unguarded = classes.filter((each) => !policy.approvals.some((rule) => isNeeded(rule, true, [each])))
  const isGuarded = policy.approvals.some((rule) => isNeeded(rule, true, classes))
  if (unguarded.length === 0 && isGuarded) return []
  const what = unguarded.length === 0 ? 'this change' : `changes of class ${listAnd(unguarded)}`
  return [
    {
      code: 'unguarded',
      verdict: 'error',
      sentence: `no rule guards ${what}, and the environment is protected`,
      next: 'Add the class to a rule of the policy, in a pull request of its own.',
    },
  ]
}

function judgeAttribution({ unattributed }: EnvironmentPolicy, pull: PullFacts): Reason[] {
  if (unattributed === 'allow') return []
  return unattributedReasons(pull)
}

/** Somebody unknown took part, so nobody can be ruled out as the one. */
export function unattributedReasons(pull: PullFacts): Reason[] {
  const commits = unattributedCommits(pull).map(({ sha }) => shortSha(sha))
  const shown = commits.length > 3 ? [...commits.slice(0, 3), `${commits.length - 3} more`] : commits
  const reasons: Reason[] = []
  if (pull.author === null)
    reasons.push({
      code: 'unattributed',
      verdict: 'blocked',
      sentence: 'the account that opened the pull request is gone, so nobody can be ruled out as its author',
      next: 'Open the pull request again from an account that exists.',
    })
  if (commits.length > 0)
    reasons.push({
      code: 'unattributed',
      verdict: 'blocked',
      sentence: `commit ${listAnd(shown)} cannot be tied to an account, so nobody can be ruled out as its author`,
      next: 'Commit with an e-mail address that belongs to a GitHub account, or add the address to the account.',
    })
  return reasons
}

export function judgeObjections(objections: readonly Opinion[]): Reason[] {
  if (objections.length === 0) return []
  const people = objections.map(({ person }) => person.login)
  const who = listAnd(people)
  return [
    {
      code: 'changes-requested',
      verdict: 'blocked',
      sentence: people.length === 1 ? `${who} asks for changes` : `${who} ask for changes`,
      next: `Answer ${who}: a new approval, or dismissing the review, lifts this.`,
    },
  ]
}

/** What each rule still waits for, in the order of the policy. */
export function judgeRules(rules: readonly RuleDecision[]): Reason[] {
  return rules
    .filter(({ state }) => state === 'waiting' || state === 'error')
    .filter(({ have, need }) => have < need)
    .map(({ name, have, need, maySign, from }) => ({
      code: 'approvals',
      verdict: 'waiting',
      sentence: `waiting for ${need - have} of ${need} ${need === 1 ? 'approval' : 'approvals'} (${name})`,
      next:
        maySign.length === 0
          ? `Nobody is known who may sign: it takes write permission and ${listOr(from)}.`
          : `${listOr(maySign.length > 5 ? [...maySign.slice(0, 5), `${maySign.length - 5} more`] : maySign)} may sign.`,
    }))
}
