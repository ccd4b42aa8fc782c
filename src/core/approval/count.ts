import type { ChangeClass } from '../change/change.ts'
import type { IgnoredApproval, RuleDecision } from '../decision.ts'
import type { ApprovalRule } from '../policy/policy.ts'
import { assessOpinion, whyNot, type AssessContext, type AssessedOpinion } from './assess.ts'
import { findMaySign } from './may-sign.ts'
import type { Opinion } from './opinions.ts'
import { fillSlots, type Assignment } from './slots.ts'

export interface CountInput extends AssessContext {
  readonly rules: readonly ApprovalRule[]
  /** One person fills one slot over all rules. */
  readonly distinct: boolean
  /** Whether there is a change to sign at all. */
  readonly affected: boolean
  /** Classes of the change. */
  readonly classes: readonly ChangeClass[]
  /** Earliest first. */
  readonly opinions: readonly Opinion[]
}

export interface Counted {
  /** In the order of the rules. */
  readonly rules: readonly RuleDecision[]
  /** What could not be found out about an approval that may matter. */
  readonly unknown: readonly string[]
  /** When the first of the counted approvals expires, in milliseconds. */
  readonly expiresAt: number | undefined
}

/** Classes of a change that a rule guards. */
export function guardedClasses(rule: ApprovalRule, classes: readonly ChangeClass[]): readonly ChangeClass[] {
  return rule.changes === null ? classes : classes.filter((each) => rule.changes?.includes(each))
}

/** Whether a rule has anything to guard in a change. */
export function isNeeded(rule: ApprovalRule, affected: boolean, classes: readonly ChangeClass[]): boolean {
  return affected && (rule.changes === null || guardedClasses(rule, classes).length > 0)
}

/** Counts the approvals of one environment for its rules. */
export function countApprovals(input: CountInput): Counted {
  const { rules, people } = input
  if (!input.affected)
    return { rules: rules.map((rule) => notNeeded(rule, [])), unknown: [], expiresAt: undefined }
  const assessed = input.opinions.map((opinion) => assessOpinion(opinion, input))
  const sheets = rules.map((rule) => {
    const classes = guardedClasses(rule, input.classes)
    const needed = isNeeded(rule, input.affected, input.classes)
    const obstacles = needed ? assessed.map((each) => whyNot(each, rule, classes, people)) : []
    return { rule, classes, needed, obstacles }
  })
  const assignments = assign(sheets, assessed.length, input.distinct)
  const decisions = sheets.map((sheet, index) => describeRule(sheet, index, assessed, assignments, input))
  const counting = assessed.filter((_, approval) =>
    assignments.some((assignment) => assignment[approval] !== null),
  )
  const expiries = counting.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  return {
    rules: decisions,
    unknown: assessed.flatMap(({ unknown, opinion }) =>
      unknown === null ? [] : [`${opinion.person.login}'s approval: ${unknown}`],
    ),
    expiresAt: expiries.length === 0 ? undefined : Math.min(...expiries),
  }
}

interface Sheet {
  readonly rule: ApprovalRule
  readonly classes: readonly ChangeClass[]
  readonly needed: boolean
  /** For each approval why it cannot fill a slot here, or null. Empty when the rule is not needed. */
  readonly obstacles: readonly ReturnType<typeof whyNot>[]
}

/** One assignment for all rules together when people are distinct, else one for each rule by itself. */
function assign(sheets: readonly Sheet[], approvals: number, distinct: boolean): Assignment[] {
  const needs = sheets.map(({ rule, needed }) => (needed ? rule.count : 0))
  const fills: number[][] = []
  for (let approval = 0; approval < approvals; approval++) {
    const rules: number[] = []
    sheets.forEach(({ needed, obstacles }, rule) => {
      if (needed && obstacles[approval] === null) rules.push(rule)
    })
    fills.push(rules)
  }
  if (distinct) return [fillSlots({ needs, fills })]
  return sheets.map((_, only) =>
    fillSlots({ needs, fills: fills.map((rules) => rules.filter((rule) => rule === only)) }),
  )
}

function describeRule(
  { rule, classes, needed, obstacles }: Sheet,
  index: number,
  assessed: readonly AssessedOpinion[],
  assignments: readonly Assignment[],
  input: CountInput,
): RuleDecision {
  if (!needed) return notNeeded(rule, classes)
  const fillsHere = (approval: number): boolean =>
    assignments.some((assignment) => assignment[approval] === index)
  const counted = assessed
    .filter((_, approval) => fillsHere(approval))
    .map(({ opinion }) => opinion.person.login)
  const ignored = assessed.flatMap(({ opinion }, approval): IgnoredApproval[] => {
    if (fillsHere(approval)) return []
    const login = opinion.person.login
    const obstacle = obstacles[approval] ?? null
    if (obstacle !== null) return [{ login, ...obstacle }]
    return [{ login, ...whyLeftOver(login, approval, assignments, input) }]
  })
  const isFull = counted.length >= rule.count
  // Who fills a slot of another rule cannot fill one here.
  const isBusy = (approval: number): boolean =>
    fillsHere(approval) || (input.distinct && assignments.some((each) => each[approval] !== null))
  const busy = (): string[] =>
    assessed.filter((_, approval) => isBusy(approval)).map(({ opinion }) => opinion.person.login)
  return {
    name: rule.name,
    state: isFull ? 'satisfied' : 'waiting',
    need: rule.count,
    have: counted.length,
    classes,
    counted,
    ignored,
    from: rule.from.map(({ text }) => text),
    maySign: isFull ? [] : findMaySign(rule, input.people, input.barred, busy()),
  }
}

function notNeeded(rule: ApprovalRule, classes: readonly ChangeClass[]): RuleDecision {
  const nobody = { need: 0, have: 0, counted: [], ignored: [], maySign: [] }
  return { name: rule.name, state: 'not-needed', classes, ...nobody, from: rule.from.map(({ text }) => text) }
}

function whyLeftOver(
  login: string,
  approval: number,
  assignments: readonly Assignment[],
  { distinct, rules }: CountInput,
): Pick<IgnoredApproval, 'reason' | 'sentence'> {
  const elsewhere = distinct ? (assignments[0]?.[approval] ?? null) : null
  if (elsewhere === null)
    return { reason: 'surplus', sentence: `${login}'s approval is more than needed here` }
  const other = rules[elsewhere]?.name ?? 'another rule'
  return {
    reason: 'used-elsewhere',
    sentence: `${login}'s approval counts for ${other}, and one person fills one slot`,
  }
}
