import type { Problem } from '../../problem.ts'
import type { JsonObject } from '../../change/resource.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import type { Subject } from '../rendering/subject.ts'
import type { Bounded } from './bounded.ts'
import { findParams } from './admission-params.ts'
import { celFailure, toCel, toCelObject } from './cel.ts'
import { isClusterScoped, pluralOf } from './match-resources.ts'
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
    const old = context.oldObjectOf(subject)
    const operation = old === undefined ? 'CREATE' : 'UPDATE'
    const labelsOf = (namespace: string): JsonObject => labelsOfNamespace(namespace, rendering)
    if (!rule.matches(subject, { labelsOf, operation })) continue
    try {
      const failing = judgeSubject(rule, subject, old, rendering, context)
      if (failing === undefined) continue
      if (failing.length === 0) passed += 1
      for (const message of failing) violations.push({ subject, rule, message })
    } catch (thrown) {
      if (!(thrown instanceof EvaluationProblem)) throw thrown
      if (rule.failurePolicy === 'Ignore') passed += 1
      else if (problems.length < 10) problems.push(thrown.problem)
    }
  }
  return { violations, passed, problems }
}

/** What fails, in words; undefined: the rule turns out to be about something else. */
function judgeSubject(
  rule: CustomRule,
  subject: Subject,
  old: JsonObject | undefined,
  rendering: RenderingIndex,
  context: CustomContext,
): readonly string[] | undefined {
  const given = paramsFor(rule, subject, rendering)
  if (given === 'missing') return ['the parameters of this policy are not there: the API server refuses it']
  const all = given.map((params) => {
    const variables = variablesFor(rule, subject, old, params, rendering, context)
    if (!isConcerned(rule, variables)) return undefined
    return rule.validations
      .filter(({ check }) => evaluate(rule, check, variables) !== true)
      .map((validation) => messageOf(validation, variables))
  })
  const concerned = all.filter((each) => each !== undefined)
  return concerned.length === 0 ? undefined : [...new Set(concerned.flat())]
}

/** Each object that the bindings of a policy mean; a policy without parameters is judged once. */
function paramsFor(
  { params, beside }: CustomRule,
  { namespace }: Subject,
  rendering: RenderingIndex,
): readonly (JsonObject | null)[] | 'missing' {
  if (params.length === 0) return [null]
  const objects = [...beside, ...rendering.subjects.map(({ object }) => object)]
  const found = params.flatMap((reference) => findParams(reference, objects, namespace))
  if (found.length > 0) return found
  return params.some(({ notFound }) => notFound === 'Deny') ? 'missing' : []
}

/** A condition that is false settles it, whatever the others are; else one that cannot be evaluated is an error. */
function isConcerned(rule: CustomRule, variables: Record<string, unknown>): boolean {
  let failure: unknown
  for (const condition of rule.matchConditions) {
    try {
      if (evaluate(rule, condition, variables) !== true) return false
    } catch (thrown) {
      failure ??= thrown
    }
  }
  if (failure instanceof Error) throw failure
  return true
}

function labelsOfNamespace(name: string, rendering: RenderingIndex): JsonObject {
  const [found] = rendering.named('', 'Namespace', name, undefined)
  return { ...(found?.labels ?? {}), 'kubernetes.io/metadata.name': name }
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
  old: JsonObject | undefined,
  params: JsonObject | null,
  rendering: RenderingIndex,
  { environment }: CustomContext,
): Record<string, unknown> {
  const { object, namespace, name, group, kind, resource } = subject
  const version = resource.apiVersion.slice(resource.apiVersion.indexOf('/') + 1)
  const variables: Record<string, unknown> = {}
  const scope: Record<string, unknown> = {
    object: toCelObject(object),
    objects: rendering.once('cel objects', () => rendering.subjects.map((each) => toCelObject(each.object))),
    oldObject: toCelObject(old ?? null),
    environment,
    params: toCelObject(params),
    // Where a manifest names no namespace, it is decided when it is applied.
    namespaceObject:
      namespace === undefined && isClusterScoped(kind)
        ? null
        : {
            metadata: { name: namespace ?? '', labels: toCel(labelsOfNamespace(namespace ?? '', rendering)) },
          },
    request: {
      name,
      namespace: namespace ?? '',
      operation: old === undefined ? 'CREATE' : 'UPDATE',
      kind: { group, version, kind },
      resource: { group, version, resource: pluralOf(kind) },
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
