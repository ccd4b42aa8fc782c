import { createHash } from 'node:crypto'
import type { Decision, Verdict } from '../decision.ts'
import type { Words } from '../effects.ts'
import type { Facts } from '../facts.ts'
import type { Severity } from '../change/change.ts'
import { pullComment } from './comment.ts'
import { escapeText } from './markdown.ts'

/** GitHub's limit of a check run's title is generous; people read about this much. */
const titleLimit = 250
const annotationLimit = 200

const levels: Readonly<Record<Severity, 'failure' | 'warning' | 'notice'>> = {
  danger: 'failure',
  warning: 'warning',
  advice: 'notice',
}

/** Unaffected and ready pass; waiting stays in progress, so that it is neither green nor red; the rest fails. */
const outcomes: Readonly<
  Record<Verdict, { status: 'completed' | 'in_progress'; conclusion?: 'success' | 'failure' }>
> = {
  unaffected: { status: 'completed', conclusion: 'success' },
  ready: { status: 'completed', conclusion: 'success' },
  waiting: { status: 'in_progress' },
  blocked: { status: 'completed', conclusion: 'failure' },
  error: { status: 'completed', conclusion: 'failure' },
}

/** Everything Countersign says on a pull request about one decision: the check run and the sticky comment. */
export function pullWords(input: {
  readonly decision: Decision
  readonly facts: Facts
  readonly title: string
  readonly fullUrl?: string | undefined
  /** What keeps the check from being binding on the base branch, where that was looked at. */
  readonly protectionProblems?: readonly string[] | undefined
}): Words {
  const comment = pullComment(input)
  const title = input.title.slice(0, titleLimit)
  const annotations = toAnnotations(input.facts)
  // The summary is the comment without its marker: whoever looks at the check reads the same words.
  const summary = [
    comment.slice(comment.indexOf('\n') + 1).trim(),
    ...protectionLines(input.protectionProblems ?? [], input.facts.pull.repository),
  ].join('\n')
  const outcome = outcomes[input.decision.verdict]
  const content = JSON.stringify([outcome, title, summary, annotations])
  const externalId = `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 40)}`
  const quiet = input.decision.verdict === 'unaffected' && input.decision.reasons.length === 0
  return {
    check: { ...outcome, title, summary, annotations, externalId },
    // A pull request that reaches no environment gets a check and no mail.
    comment: { body: comment, quiet },
  }
}

/** Said in the check and not in the comment: it concerns whoever looks after the repository, not whoever proposes. */
function protectionLines(problems: readonly string[], repository: string): readonly string[] {
  if (problems.length === 0) return []
  const lines = problems.map((problem) => `- ${escapeText(problem)}`)
  return ['', '**Protection**', '', ...lines, `- \`countersign protect ${repository} --apply\` mends it.`]
}

/** New findings on the line that causes them, worst first. */
function toAnnotations(facts: Facts): Words['check']['annotations'] {
  const order: readonly Severity[] = ['danger', 'warning', 'advice']
  const findings = Object.values(facts.environments).flatMap(
    (environment) => environment.readiness?.findings ?? [],
  )
  const fresh = findings.filter(
    (finding) => (finding.state === 'new' || finding.state === 'worse') && finding.suppressed === undefined,
  )
  const unique = new Map(
    fresh.map((finding) => [
      `${finding.rule} ${finding.file}:${finding.line} ${finding.kind} ${finding.name} ${finding.path}`,
      finding,
    ]),
  )
  return [...unique.values()]
    .filter((finding) => finding.file !== undefined)
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .slice(0, annotationLimit)
    .map((finding) => ({
      path: finding.file ?? '',
      line: finding.line ?? 1,
      level: levels[finding.severity],
      title: `${finding.rule}: ${finding.kind} ${finding.name}`.slice(0, 255),
      message: `${finding.message}\n${finding.fix}`,
    }))
}
