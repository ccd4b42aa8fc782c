import type { Problem } from '../../problem.ts'
import type { JsonObject } from '../../change/resource.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import type { Subject } from '../rendering/subject.ts'
import type { Bounded } from './bounded.ts'
import { celFailure, toCel } from './cel.ts'
import type { CustomRule, PlacedProgram, Validation } from './parse-custom-rules.ts'

export interface CustomViolation {
  readonly subject: Subject
  readonly rule: CustomRule
  readonly message: string
}

export interface CustomJudgement {
  readonly violations: readonly CustomViolation[]
  readonly passed: number
  /** Rules that cannot be evaluated: nothing that they are about may pass. */
  readonly problems: readonly Problem[]
}

export interface CustomContext {
  /** The same resource at the base, where there is one. */
  readonly oldObjectOf: (subject: Subject) => JsonObject | undefined
  readonly environment: string
  readonly bounded: Bounded
}

/** Judges everything that is rendered by the rules that people wrote. */
export function judgeCustomRules(
  rules: readonly CustomRule[],
  rendering: RenderingIndex,
  context: CustomContext,
): CustomJudgement {
  const all: CustomJudgement[] = rules.map((rule) => {
    const judged = context.bounded(() => judgeRule(rule, rendering, context))
    if (judged !== undefined) return judged.value
    const [first] = rule.validations
    const place = {
      file: first?.check.file ?? '',
      line: first?.check.line ?? 1,
      column: first?.check.column ?? 1,
    }
    const message = `${rule.id}: takes too long to evaluate and was stopped; make it look at less`
    return { violations: [], passed: 0, problems: [{ ...place, path: '', message }] }
  })
  return {
    violations: all.flatMap(({ violations }) => violations),
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    problems: all.flatMap(({ problems }) => problems),
  }
}

function judgeRule(rule: CustomRule, rendering: RenderingIndex, context: CustomContext): CustomJudgement {
  const violations: CustomViolation[] = []
  const problems: Problem[] = []
  let passed = 0
  for (const subject of rendering.subjects) {
    if (!rule.matches(subject)) continue
    const variables = variablesFor(rule, subject, rendering, context)
    try {
      if (!rule.matchConditions.every((condition) => evaluate(rule, condition, variables) === true)) continue
      const failing = rule.validations.filter(({ check }) => evaluate(rule, check, variables) !== true)
      if (failing.length === 0) passed += 1
      for (const validation of failing)
        violations.push({ subject, rule, message: messageOf(validation, variables) })
    } catch (thrown) {
      if (!(thrown instanceof EvaluationProblem)) throw thrown
      if (rule.failurePolicy === 'Ignore') passed += 1
      else if (problems.length < 10) problems.push(thrown.problem)
    }
  }
  return { violations, passed, problems }
}

class EvaluationProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

function evaluate(
  rule: CustomRule,
  { program, file, line, column }: PlacedProgram,
  variables: Record<string, unknown>,
): unknown {
  try {
    return program(variables)
  } catch (thrown) {
    if (thrown instanceof EvaluationProblem) throw thrown
    const message = `${rule.id}: ${celFailure(thrown).message}`
    throw new EvaluationProblem({ file, line, column, path: '', message })
  }
}

/** `variables.x` are worked out when they are asked for, once per resource. */
function variablesFor(
  rule: CustomRule,
  subject: Subject,
  rendering: RenderingIndex,
  { oldObjectOf, environment }: CustomContext,
): Record<string, unknown> {
  const { object, namespace, name, group, kind, resource } = subject
  const old = oldObjectOf(subject)
  const version = resource.apiVersion.slice(resource.apiVersion.indexOf('/') + 1)
  const variables: Record<string, unknown> = {}
  const scope: Record<string, unknown> = {
    object: toCel(object),
    objects: rendering.once('cel objects', () => rendering.subjects.map((each) => toCel(each.object))),
    oldObject: toCel(old ?? null),
    environment,
    params: null,
    namespaceObject: {
      metadata: { name: namespace ?? '', labels: { 'kubernetes.io/metadata.name': namespace ?? '' } },
    },
    request: {
      name,
      namespace: namespace ?? '',
      operation: old === undefined ? 'CREATE' : 'UPDATE',
      kind: { group, version, kind },
      userInfo: { username: '', groups: [] },
      dryRun: false,
    },
    variables,
  }
  for (const { name: called, value } of rule.variables) {
    let known: { readonly value: unknown } | undefined
    Object.defineProperty(variables, called, {
      enumerable: true,
      get: () => (known ??= { value: evaluate(rule, value, scope) }).value,
    })
  }
  return scope
}

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#message-expression */
function messageOf({ message, messageExpression }: Validation, variables: Record<string, unknown>): string {
  if (messageExpression !== undefined) {
    try {
      const said = messageExpression.program(variables)
      if (typeof said === 'string' && said.trim() !== '' && !said.includes('\n')) return said.slice(0, 1000)
    } catch {
      // As in the API server: a message that cannot be made gives way to the fixed one.
    }
  }
  return message ?? 'does not satisfy the rule'
}
