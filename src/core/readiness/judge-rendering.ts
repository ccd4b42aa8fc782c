import type { Severity } from '../change/change.ts'
import { closestLine } from '../change/closest-line.ts'
import type { JsonObject, Resource, ResourceSource } from '../change/resource.ts'
import type { Problem } from '../problem.ts'
import { unbounded, type Bounded } from './custom/bounded.ts'
import { judgeCustomRules } from './custom/judge-custom-rules.ts'
import type { CustomRule } from './custom/parse-custom-rules.ts'
import { schemasOf, type SchemaSource } from './schemas/read-definitions.ts'
import { SchemaIndex } from './schemas/schema-index.ts'
import type { PodTemplatePath } from './rendering/workload.ts'
import type { Checklist, TunedRule } from './checklist/checklist.ts'
import type { Finding } from './finding.ts'
import { RenderingIndex } from './rendering/index-rendering.ts'
import type { Subject } from './rendering/subject.ts'
import type { RuleContext, Violation } from './rule.ts'
import { readSuppressions, type SuppressionOf } from './suppressions.ts'
import { findWaiver } from './waivers.ts'

/** What the rules of a checklist found in one rendering. */
export interface Judgement {
  /** In the order of the rendering, for each resource in the order of the rules. */
  readonly findings: readonly Finding[]
  /** Rules that a resource concerns and satisfies, one by one. */
  readonly passed: number
  /** Why something could not be judged; then nothing passes. */
  readonly problems: readonly Problem[]
  /** What was not looked at, in sentences. */
  readonly notes: readonly string[]
}

export interface JudgeOptions {
  readonly protected: boolean
  /** Kubernetes version of the environment: `1.34`. */
  readonly kubernetes: string
  /** When it is judged, ISO 8601: waivers end. */
  readonly now: string
  readonly promotedFrom?: RuleContext['promotedFrom']
  /** Name of the environment. */
  readonly environment?: string | undefined
  readonly custom?: readonly CustomRule[] | undefined
  /** Schemas beside those of the CustomResourceDefinitions in the rendering. */
  readonly schemas?: readonly SchemaSource[] | undefined
  /** What is rendered at the base: `oldObject` of custom rules. */
  readonly base?: readonly Resource[] | undefined
  /** Stops what takes too long. */
  readonly bounded?: Bounded | undefined
}

/** Judges everything that an environment renders by a checklist. */
export function judgeRendering(
  resources: readonly Resource[],
  checklist: Checklist,
  options: JudgeOptions,
): Judgement {
  const rendering = indexFor(resources, checklist.workloads)
  const bounded = options.bounded ?? unbounded
  const schemas = new SchemaIndex([...(options.schemas ?? []), ...schemasOf(resources)], bounded)
  const context: RuleContext = { ...options, rendering, schemas }
  const findings: Finding[] = []
  let passed = 0
  for (const subject of rendering.subjects) {
    let suppressionOf: SuppressionOf | undefined
    for (const tuned of checklist.rules) {
      const violations = tuned.rule.check(subject, context, tuned.options)
      if (violations === undefined) continue
      if (violations.length === 0) {
        passed += 1
        continue
      }
      suppressionOf ??= readSuppressions(subject)
      for (const violation of violations) {
        const finding = toFinding(subject, tuned, violation)
        const suppressed = accept(finding, checklist, suppressionOf, options.now)
        findings.push(suppressed === undefined ? finding : { ...finding, suppressed })
      }
    }
  }
  const custom = judgeCustomRules(options.custom ?? [], rendering, {
    bounded,
    environment: options.environment ?? '',
    oldObjectOf: oldObjects(options.base ?? []),
  })
  for (const { subject, rule, message } of custom.violations) {
    const violation = { path: '', message, fix: rule.fix }
    const finding = findingOf(subject, rule.id, rule.severity, violation)
    const suppressed = accept(finding, checklist, readSuppressions(subject), options.now)
    findings.push(suppressed === undefined ? finding : { ...finding, suppressed })
  }
  const unknown = checklist.rules.some(({ rule }) => rule.id === 'schema') ? schemas.unknownKinds() : []
  const notes =
    unknown.length === 0
      ? []
      : [
          `No schema is known for ${unknown.join(', ')}: unchecked. Name a directory with its CustomResourceDefinition under schemas.`,
        ]
  return { findings, passed: passed + custom.passed, problems: custom.problems, notes }
}

function oldObjects(base: readonly Resource[]): (subject: Subject) => JsonObject | undefined {
  const known = new Map(base.map((each) => [keyOf(each), each.object]))
  return ({ resource }) => known.get(keyOf(resource))
}

function keyOf({ apiVersion, kind, namespace, name }: Resource): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return JSON.stringify([group, kind, namespace ?? '', name])
}

function indexFor(resources: readonly Resource[], templates: readonly PodTemplatePath[]): RenderingIndex {
  return new RenderingIndex(resources, templates)
}

function accept(
  finding: Finding,
  { waivers, suppressions }: Checklist,
  suppressionOf: SuppressionOf,
  now: string,
): Finding['suppressed'] {
  const waiver = findWaiver(finding, waivers, now)
  if (waiver !== undefined)
    return { by: 'waiver', reason: `${waiver.because} (${waiver.owner}, until ${waiver.until})` }
  const reason = suppressions === 'allow' ? suppressionOf(finding.rule) : undefined
  return reason === undefined ? undefined : { by: 'annotation', reason }
}

function toFinding(subject: Subject, tuned: TunedRule, violation: Violation): Finding {
  const severity = tuned.isSeveritySet ? tuned.severity : (violation.severity ?? tuned.severity)
  return findingOf(subject, tuned.rule.id, severity, violation)
}

function findingOf({ resource }: Subject, rule: string, severity: Severity, violation: Violation): Finding {
  const { apiVersion, kind, namespace, name, source } = resource
  return {
    rule,
    severity,
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    path: violation.path,
    ...(source === undefined ? {} : placeOf(source, violation.path)),
    message: violation.message,
    fix: violation.fix,
  }
}

/** Where a field is written; where that cannot be found out, where the resource starts. */
function placeOf(source: ResourceSource, path: string): { readonly file: string; readonly line: number } {
  const { file, line, lines, locate } = source
  return locate?.(path) ?? { file, line: (lines && closestLine(lines, path)) ?? line }
}
