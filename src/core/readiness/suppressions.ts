import type { JsonObject } from '../change/resource.ts'
import type { Subject } from './rendering/subject.ts'
import { rulesOfForeignCheck, type Linter } from './foreign-checks.ts'

/** Why a rule is to pass over a resource; undefined: it is not. */
export type SuppressionOf = (rule: string) => string | undefined

const none: SuppressionOf = () => undefined

/**
 * What annotations of a resource, or of its pod template, ask to be passed over: `countersign.dev/ignore`, and those of kube-score,
 * kube-linter and Polaris, mapped to the rules that ask the same.
 */
export function readSuppressions({ annotations, workload }: Subject): SuppressionOf {
  const reasons = new Map<string, string>()
  const everything: string[] = []
  const maps =
    workload === undefined || workload.borrowed ? [annotations] : [annotations, workload.annotations]
  for (const map of new Set(maps)) readMap(map, reasons, everything)
  if (reasons.size === 0 && everything.length === 0) return none
  return (rule) => reasons.get(rule) ?? everything[0]
}

function readMap(annotations: JsonObject, reasons: Map<string, string>, everything: string[]): void {
  for (const [name, value] of Object.entries(annotations)) {
    const text = typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
    const add = (rules: readonly string[], reason: string): void => {
      for (const rule of rules) if (!reasons.has(rule)) reasons.set(rule, reason)
    }
    const foreign = (linter: Linter, check: string, reason: string): void =>
      add(rulesOfForeignCheck(linter, check), reason)
    if (name === 'countersign.dev/ignore') {
      const given = annotations['countersign.dev/ignore-reason']
      const reason = typeof given === 'string' && given.trim() !== '' ? given.trim() : `annotation ${name}`
      const rules = words(text)
      if (rules.includes('*')) everything.push(reason)
      add(rules, reason)
    } else if (name === 'kube-score/ignore') {
      for (const check of words(text)) foreign('kube-score', check, `annotation ${name}: ${check}`)
    } else if (name.startsWith('ignore-check.kube-linter.io/')) {
      foreign(
        'kube-linter',
        name.slice('ignore-check.kube-linter.io/'.length),
        text.trim() || `annotation ${name}`,
      )
    } else if (name === 'kube-linter.io/ignore-all') {
      everything.push(text.trim() || `annotation ${name}`)
    } else if (name === 'polaris.fairwinds.com/exempt') {
      if (text === 'true') everything.push(`annotation ${name}`)
    } else if (name.startsWith('polaris.fairwinds.com/') && name.endsWith('-exempt')) {
      // Polaris also understands an exemption of one container, `app.<check>-exempt`; here it counts for the resource.
      const check = name.slice('polaris.fairwinds.com/'.length, -'-exempt'.length)
      if (text === 'true') foreign('polaris', check.slice(check.lastIndexOf('.') + 1), `annotation ${name}`)
    }
  }
}

function words(text: string): readonly string[] {
  return text
    .slice(0, 10_000)
    .split(/[\s,]+/)
    .filter((word) => word !== '')
}
