import { parseManifests } from '../../../src/core/change/parse-manifests.ts'
import { parseChecklist } from '../../../src/core/readiness/checklist/parse.ts'
import type { Checklist } from '../../../src/core/readiness/checklist/checklist.ts'
import type { Finding } from '../../../src/core/readiness/finding.ts'
import { judgeRendering, type JudgeOptions } from '../../../src/core/readiness/judge-rendering.ts'

/** A checklist from its text, without anything to extend. */
export function checklistOf(text = ''): Checklist {
  const parsed = parseChecklist({ file: 'checklist.yaml', text: `version: 1\n${text}` }, new Map())
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2))
  return parsed.value
}

/** Findings of manifests by a checklist. */
export function judgeManifests(
  manifests: string,
  checklist: Checklist = checklistOf(),
  options: Partial<JudgeOptions> = {},
): { findings: readonly Finding[]; passed: number } {
  const parsed = parseManifests(manifests, { file: 'all.yaml', positions: true })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return judgeRendering(parsed.value, checklist, {
    protected: true,
    kubernetes: '1.34',
    now: '2026-03-02T12:00:00Z',
    ...options,
  })
}

/** `Kind/name path: message` of every finding of one rule. */
export function findingsOf(
  rule: string,
  manifests: string,
  options = '',
  judge: Partial<JudgeOptions> = {},
): string[] {
  const checklist = checklistOf(`rules: { ${rule}: ${options === '' ? 'on' : options} }`)
  return judgeManifests(manifests, checklist, judge)
    .findings.filter((finding) => finding.rule === rule)
    .map(({ kind, name, path, message }) => `${kind}/${name}${path === '' ? '' : ` ${path}`}: ${message}`)
}
