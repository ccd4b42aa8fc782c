import type { Decision, Reason, RuleDecision } from '../decision.ts'
import { ownEntry } from '../own-entry.ts'
import { title } from '../words/title.ts'
import type { CaseShape, RuleExpectation } from './schema.ts'

/** One thing that a case expects and that is otherwise. */
export interface Difference {
  /** `environments.production.rules.config owners.have`. */
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/** Compares what a case names, and nothing else: `counted` and `maySign` as sets, `ignored` and `reasons` as subsets. */
export function compareDecision(expected: CaseShape['expect'], decision: Decision): Difference[] {
  const differences = [
    ...same('verdict', expected.verdict, decision.verdict),
    ...same('title', expected.title, title(decision)),
    ...compareReasons('reasons', expected.reasons, decision.reasons),
    ...Object.entries(expected.environments ?? {}).flatMap(([name, environment]) => {
      const path = `environments.${name}`
      const found = decision.environments.find((each) => each.name === name)
      if (found === undefined) return [{ path, expected: 'to be judged', actual: 'not there' }]
      return [
        ...same(`${path}.verdict`, environment.verdict, found.verdict),
        ...compareReasons(`${path}.reasons`, environment.reasons, found.reasons),
        ...Object.entries(environment.rules ?? {}).flatMap(([rule, expectation]) =>
          compareRule(
            `${path}.rules.${rule}`,
            expectation,
            found.rules.find((each) => each.name === rule),
          ),
        ),
      ]
    }),
    ...(expected.policyChanges === undefined
      ? []
      : compareRule('policyChanges', expected.policyChanges, decision.policyChanges)),
    ...same('merge', expected.merge, decision.merge?.method ?? 'no'),
  ]
  if (expected.judgeAgainAt === undefined) return differences
  const again = new Date(Date.parse(expected.judgeAgainAt)).toISOString()
  return [...differences, ...same('judgeAgainAt', again, decision.judgeAgainAt ?? 'never')]
}

function same(path: string, expected: string | number | undefined, actual: string | number): Difference[] {
  if (expected === undefined || expected === actual) return []
  return [{ path, expected: String(expected), actual: String(actual) }]
}

function compareReasons(
  path: string,
  expected: readonly string[] | undefined,
  actual: readonly Reason[],
): Difference[] {
  if (expected === undefined) return []
  const codes = actual.map(({ code }) => code)
  const missing = expected.filter((code) => !codes.includes(code))
  return missing.length === 0
    ? []
    : [{ path, expected: missing.join(', '), actual: codes.length === 0 ? 'none' : codes.join(', ') }]
}

function compareRule(
  path: string,
  expected: RuleExpectation,
  actual: RuleDecision | undefined,
): Difference[] {
  if (actual === undefined) return [{ path, expected: 'to be judged', actual: 'not there' }]
  return [
    ...same(`${path}.state`, expected.state, actual.state),
    ...same(`${path}.have`, expected.have, actual.have),
    ...same(`${path}.need`, expected.need, actual.need),
    ...compareSet(`${path}.counted`, expected.counted, actual.counted),
    ...compareSet(`${path}.maySign`, expected.maySign, actual.maySign),
    ...compareIgnored(`${path}.ignored`, expected.ignored, actual),
  ]
}

function compareSet(
  path: string,
  expected: readonly string[] | undefined,
  actual: readonly string[],
): Difference[] {
  if (expected === undefined) return []
  const normal = (logins: readonly string[]): string =>
    list([...new Set(logins.map((each) => each.toLowerCase()))].sort())
  return normal(expected) === normal(actual) ? [] : [{ path, expected: list(expected), actual: list(actual) }]
}

function compareIgnored(
  path: string,
  expected: RuleExpectation['ignored'],
  actual: RuleDecision,
): Difference[] {
  return ignoredEntries(expected).flatMap(([login, reason]) => {
    const found = actual.ignored.find((each) => each.login.toLowerCase() === login.toLowerCase())
    if (found !== undefined && (reason === undefined || found.reason === reason)) return []
    const counted = actual.counted.some((each) => each.toLowerCase() === login.toLowerCase())
    const shown =
      found === undefined ? (counted ? 'counted' : 'not listed') : `${found.reason} (${found.sentence})`
    return [{ path: `${path}.${login}`, expected: reason ?? 'ignored', actual: shown }]
  })
}

/** `{ alice: stale }`, `[alice: stale]`, `[{ login: alice, reason: stale }]` or `[alice]`. */
function ignoredEntries(expected: RuleExpectation['ignored']): [string, string | undefined][] {
  if (expected === undefined) return []
  if (!Array.isArray(expected)) return Object.entries(expected as Record<string, string>)
  return (expected as readonly (string | Record<string, string>)[]).flatMap(
    (each): [string, string | undefined][] => {
      if (typeof each === 'string') return [[each, undefined]]
      const login = ownEntry(each, 'login') ?? ownEntry(each, 'by')
      return login === undefined ? Object.entries(each) : [[login, ownEntry(each, 'reason')]]
    },
  )
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'nobody' : words.join(', ')
}
