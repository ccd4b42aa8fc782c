import type { Resource, ResourceSource } from '../change/resource.ts'
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
}

export interface JudgeOptions {
  readonly protected: boolean
  /** Kubernetes version of the environment: `1.34`. */
  readonly kubernetes: string
  /** When it is judged, ISO 8601: waivers end. */
  readonly now: string
  readonly promotedFrom?: RuleContext['promotedFrom']
}

/** Judges everything that an environment renders by a checklist. */
export function judgeRendering(
  resources: readonly Resource[],
  checklist: Checklist,
  options: JudgeOptions,
): Judgement {
  const rendering = indexFor(resources, checklist.workloads)
  const context: RuleContext = { ...options, rendering }
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
  return { findings, passed }
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

function toFinding({ resource }: Subject, tuned: TunedRule, violation: Violation): Finding {
  const { apiVersion, kind, namespace, name, source } = resource
  return {
    rule: tuned.rule.id,
    severity: tuned.isSeveritySet ? tuned.severity : (violation.severity ?? tuned.severity),
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    path: violation.path,
    ...(source === undefined ? {} : { file: source.file, line: lineOf(source, violation.path) }),
    message: violation.message,
    fix: violation.fix,
  }
}

/** The line of the field, or of the closest one around it that is there. */
export function lineOf({ line, lines }: ResourceSource, path: string): number {
  if (lines === undefined) return line
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = Object.hasOwn(lines, at) ? lines[at] : undefined
    if (found !== undefined) return found
  }
  return line
}
