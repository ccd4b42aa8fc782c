import type { Severity } from '../../change/change.ts'
import {
  isJsonList,
  isJsonObject,
  readYamlDocuments,
  documentValue,
  YamlProblem,
} from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { LineCounter, type Document } from 'yaml'
import type { Parsed, Problem } from '../../problem.ts'
import { mapOf, mapsOf, textOf, textsOf } from '../rendering/subject.ts'
import type { ChecklistText } from '../checklist/parse.ts'
import { severities } from '../checklist/schema.ts'
import { readParamsReference, type ParamsReference } from './admission-params.ts'
import { compileCel, type CelProgram } from './cel.ts'
import { readMatcher, type Matcher } from './match-resources.ts'

/** An expression, with its place for problems. */
export interface PlacedProgram {
  readonly program: CelProgram
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Validation {
  readonly check: PlacedProgram
  readonly message: string | undefined
  readonly messageExpression: PlacedProgram | undefined
}

/** A rule that people wrote: in CEL, or as a ValidatingAdmissionPolicy. */
export interface CustomRule {
  readonly id: string
  readonly severity: Severity
  readonly fix: string
  readonly matches: Matcher
  readonly matchConditions: readonly PlacedProgram[]
  readonly variables: readonly { readonly name: string; readonly value: PlacedProgram }[]
  readonly validations: readonly Validation[]
  /** Parameters: each object that a reference means is judged by itself. Empty: the policy takes none. */
  readonly params: readonly ParamsReference[]
  /** Objects of the same file, of which some may be parameters. */
  readonly beside: readonly JsonObject[]
  /** `Ignore`: what cannot be evaluated passes, as in the API server. */
  readonly failurePolicy: 'Fail' | 'Ignore'
}

/**
 * Reads a file of custom rules. A document is a ValidatingAdmissionPolicy, one of its bindings (which narrow it, say how severe it is
 * and which objects of the file are its parameters), another object, or `rules:` with a list of
 * `{ id, expression, message, severity, match, fix }`.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function parseCustomRules({ file, text }: ChecklistText): Parsed<readonly CustomRule[]> {
  const lines = new LineCounter()
  const problems: Problem[] = []
  try {
    const documents = readYamlDocuments(text, lines).map((document) => ({
      document,
      value: documentValue(document),
    }))
    const objects = documents.flatMap(({ value }) => (isJsonObject(value) ? [value] : []))
    const rules = documents.flatMap(({ document, value }) => {
      if (value === null) return []
      const reader = new RuleReader(file, document, lines, problems)
      if (!isJsonObject(value))
        return reader.refuse([], 'a ValidatingAdmissionPolicy or a map with rules was expected')
      if (value.kind === 'ValidatingAdmissionPolicy') return reader.policy(value, objects)
      if (value.kind === 'ValidatingAdmissionPolicyBinding') return []
      if (isJsonList(value.rules))
        return value.rules.flatMap((rule, index) => reader.rule(rule, ['rules', index]))
      if (value.expression !== undefined) return reader.rule(value, [])
      // Parameters of a policy, or what else lies beside it.
      if (typeof value.apiVersion === 'string' && typeof value.kind === 'string') return []
      return reader.refuse([], 'a ValidatingAdmissionPolicy or a map with rules was expected')
    })
    return problems.length > 0 ? { ok: false, problems } : { ok: true, value: rules }
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    const { line, column, message } = thrown
    return { ok: false, problems: [{ file, line, column, path: '', message }] }
  }
}

type Path = readonly (string | number)[]

class RuleReader {
  readonly #file: string
  readonly #document: Document.Parsed
  readonly #lines: LineCounter
  readonly #problems: Problem[]

  constructor(file: string, document: Document.Parsed, lines: LineCounter, problems: Problem[]) {
    this.#file = file
    this.#document = document
    this.#lines = lines
    this.#problems = problems
  }

  refuse(path: Path, message: string): never[] {
    this.#problems.push({ file: this.#file, ...this.#place(path), path: path.join('.'), message })
    return []
  }

  rule(value: Json, path: Path): readonly CustomRule[] {
    const rule = mapOf(value)
    const id = textOf(rule.id) ?? textOf(rule.name)
    if (id === undefined || !/^[a-z0-9][a-z0-9./-]{0,99}$/.test(id))
      return this.refuse([...path, 'id'], 'id is missing or no id; write small letters, digits and -')
    const severity = severities.find((each) => each === (rule.severity ?? 'warning'))
    if (severity === undefined)
      return this.refuse([...path, 'severity'], 'this is no severity; write danger, warning or advice')
    const check = this.#compile(rule.expression, [...path, 'expression'], id)
    const message = textOf(rule.message)
    const messageExpression = this.#optional(rule.messageExpression, [...path, 'messageExpression'], id)
    if (check === undefined) return []
    return [
      {
        id,
        severity,
        fix: textOf(rule.fix) ?? 'Change it so that the rule holds.',
        matches: readMatcher(rule.match),
        matchConditions: [],
        variables: this.#variables(rule.variables, path, id),
        validations: [{ check, message, messageExpression }],
        params: [],
        beside: [],
        failurePolicy: 'Fail',
      },
    ]
  }

  policy(value: JsonObject, objects: readonly JsonObject[]): readonly CustomRule[] {
    const id = textOf(mapOf(value.metadata).name) ?? 'validating-admission-policy'
    const spec = mapOf(value.spec)
    const bindings = objects
      .filter(
        (each) => each.kind === 'ValidatingAdmissionPolicyBinding' && mapOf(each.spec).policyName === id,
      )
      .map((each) => mapOf(each.spec))
    const takesParams = spec.paramKind !== undefined && spec.paramKind !== null
    const params = takesParams
      ? bindings.flatMap((binding) => readParamsReference(spec.paramKind, binding) ?? [])
      : []
    if (takesParams && params.length === 0)
      return this.refuse(
        ['spec', 'paramKind'],
        `${id}: it takes parameters, and no binding in this file says which; add the binding and its object here`,
      )
    const validations = mapsOf(spec.validations).flatMap((each, index): readonly Validation[] => {
      const path = ['spec', 'validations', index]
      const check = this.#compile(each.expression, [...path, 'expression'], id)
      const messageExpression = this.#optional(each.messageExpression, [...path, 'messageExpression'], id)
      const written = textOf(each.expression)?.trim() ?? ''
      const message = textOf(each.message) ?? `failed expression: ${written.slice(0, 500)}`
      return check === undefined ? [] : [{ check, message, messageExpression }]
    })
    return [
      {
        id,
        severity: severityOf(bindings),
        fix: 'Change it so that the policy admits it; the API server refuses it otherwise.',
        matches: narrowed(readMatcher(spec.matchConstraints), bindings),
        matchConditions: mapsOf(spec.matchConditions).flatMap(
          (each, index) =>
            this.#compile(each.expression, ['spec', 'matchConditions', index, 'expression'], id) ?? [],
        ),
        variables: this.#variables(spec.variables, ['spec'], id),
        validations,
        params,
        beside: takesParams ? objects : [],
        failurePolicy: spec.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
      },
    ]
  }

  #variables(value: Json | undefined, path: Path, id: string): CustomRule['variables'] {
    return mapsOf(value).flatMap((each, index) => {
      const compiled = this.#compile(each.expression, [...path, 'variables', index, 'expression'], id)
      const name = textOf(each.name)
      return compiled === undefined || name === undefined ? [] : [{ name, value: compiled }]
    })
  }

  #optional(value: Json | undefined, path: Path, id: string): PlacedProgram | undefined {
    return value === undefined || value === null ? undefined : this.#compile(value, path, id)
  }

  #compile(value: Json | undefined, path: Path, id: string): PlacedProgram | undefined {
    if (typeof value !== 'string' || value.trim() === '') {
      this.refuse(path, `${id}: an expression is missing`)
      return undefined
    }
    const place = this.#place(path)
    if (asksCluster(value)) {
      const message = `${id}: authorizer asks a cluster who may do what, and no manifest says that; leave it to the cluster`
      this.#problems.push({ file: this.#file, ...place, path: path.join('.'), message })
      return undefined
    }
    const compiled = compileCel(value)
    if ('program' in compiled) return { program: compiled.program, file: this.#file, ...place }
    const { message, offset } = compiled.failure
    this.#problems.push({
      file: this.#file,
      ...shifted(place, value, offset),
      path: path.join('.'),
      message: `${id}: ${message}`,
    })
    return undefined
  }

  #place(path: Path): { line: number; column: number } {
    for (let at = path.length; at >= 0; at--) {
      const node: unknown = at === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, at), true)
      const range = (node as { range?: readonly number[] } | null | undefined)?.range
      if (range?.[0] === undefined) continue
      const { line, col } = this.#lines.linePos(range[0])
      return { line, column: col }
    }
    return { line: 1, column: 1 }
  }
}

/** The place of an offset within an expression: exact on its first line, and by line further down. */
function shifted(
  place: { line: number; column: number },
  expression: string,
  offset: number | undefined,
): { line: number; column: number } {
  if (offset === undefined) return place
  const before = expression.slice(0, offset).split('\n')
  if (before.length === 1 && !expression.trimEnd().includes('\n'))
    return { line: place.line, column: place.column + offset }
  // A block scalar starts on the line after its mark.
  return { line: place.line + before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** A policy is about what one of its bindings is about; without any in the file, about all that it matches. */
function narrowed(matches: Matcher, bindings: readonly JsonObject[]): Matcher {
  if (bindings.length === 0) return matches
  const bound = bindings.map(({ matchResources }) => readMatcher(matchResources))
  return (subject, context) => matches(subject, context) && bound.some((each) => each(subject, context))
}

/** What bindings do with what fails: refuse it, warn of it, or note it. */
function severityOf(bindings: readonly JsonObject[]): Severity {
  const actions = bindings.flatMap(({ validationActions }) => textsOf(validationActions))
  if (actions.length === 0 || actions.includes('Deny')) return 'danger'
  return actions.includes('Warn') ? 'warning' : 'advice'
}

/** Whether an expression, its texts left aside, asks the authorizer of the API server. */
function asksCluster(expression: string): boolean {
  return /(?<![.\w])authorizer\b/.test(expression.replaceAll(/(["'])(?:\\.|(?!\1)[^\\])*\1/g, '""'))
}
