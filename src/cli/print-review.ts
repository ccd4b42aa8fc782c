import type { Reason, RuleDecision } from '../core/decision.ts'
import type { RatchetedFinding } from '../core/readiness/finding.ts'
import type { TargetChange } from '../core/targets/target.ts'
import { escapeHtml, escapeText, fencedBlock, textWithCode, textWithoutCode } from '../core/words/markdown.ts'
import { title } from '../core/words/title.ts'
import type { CliIo } from './io.ts'
import { markdownResources } from './markdown-resources.ts'
import { painter, printable, type Paint } from './paint.ts'
import type { Format, Review, ReviewedEnvironment } from './review.ts'
import { showResources, titleOf } from './show-change.ts'

/** A review as text, JSON (public, version 1) or Markdown. */
export function printReview(review: Review, format: Format, withNoise: boolean, io: CliIo): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(toJson(review), null, 2)}\n`
    case 'markdown':
      return toMarkdown(review, withNoise)
    case 'text':
      return toText(review, withNoise, painter(io))
  }
}

function toJson({ decision, base, head, environments }: Review): object {
  return {
    version: 1,
    verdict: decision.verdict,
    base,
    head,
    reasons: decision.reasons.map(reasonJson),
    environments: environments.map(({ facts: { change, readiness }, decision: judged }) => ({
      name: judged.name,
      verdict: judged.verdict,
      digest: change.change.digest,
      classes: change.change.classes,
      reasons: judged.reasons.map(reasonJson),
      targets: change.targets.map((target) => ({
        path: target.path,
        renderer: target.renderer,
        ...(target.by === undefined ? {} : { by: target.by }),
        affected: target.affected,
        why: target.why,
        resources: target.change.resources,
        ...(target.error === undefined ? {} : { error: target.error }),
      })),
      ...(change.notEvaluated === undefined ? {} : { notEvaluated: change.notEvaluated }),
      rules: neededRules(judged.rules).map(({ name, need, have }) => ({ name, need, have })),
      readiness: {
        new: readiness?.new ?? 0,
        all: readiness?.all ?? 0,
        findings: readiness?.findings ?? [],
      },
    })),
  }
}

function reasonJson({ code, verdict, sentence }: Reason): object {
  return { code, verdict, message: sentence }
}

const verdictColours = {
  unaffected: 'dim',
  ready: 'green',
  waiting: 'yellow',
  blocked: 'red',
  error: 'red',
} as const

function toText(review: Review, withNoise: boolean, paint: Paint): string {
  const range = `${review.base.slice(0, 7)}..${review.head.slice(0, 7)}`
  const lines = [`${paint('bold', printable(headline(review)))}  ${paint('dim', range)}`]
  for (const { sentence, verdict } of review.decision.reasons)
    lines.push(paint(verdictColours[verdict], `  ${printable(sentence)}`))
  lines.push('')
  for (const environment of review.environments) {
    const { name, verdict } = environment.decision
    lines.push(
      `${paint('bold', printable(name))}  ${paint(verdictColours[verdict], verdict)}  ${printable(summary(environment))}`,
    )
    for (const reason of otherReasons(environment))
      lines.push(paint(verdictColours[reason.verdict], `  ${printable(reason.sentence)}`))
    for (const { by, file, reason } of environment.facts.change.notEvaluated ?? [])
      lines.push(paint('dim', printable(`  not evaluated: ${by} (${file}): ${reason}`)))
    for (const finding of newFindings(environment)) lines.push(`  ${textFinding(finding, paint)}`)
    for (const target of environment.facts.change.targets.filter(isWorthShowing))
      lines.push(...textTarget(target, withNoise, paint))
  }
  return `${lines.join('\n')}\n`
}

const severityColours = { danger: 'red', warning: 'yellow', advice: 'cyan' } as const

function textFinding(finding: RatchetedFinding, paint: Paint): string {
  const { severity, rule, message, fix } = finding
  return `${paint(severityColours[severity], severity)}  ${printable(titleOf(finding))}: ${printable(message)} ${paint('dim', `[${rule}] ${printable(textWithoutCode(fix))}`)}`
}

function textTarget(target: TargetChange, withNoise: boolean, paint: Paint): readonly string[] {
  const because =
    target.why.length === 0 ? '' : paint('dim', `  because ${target.why.map(printable).join(' → ')}`)
  const by = target.by === undefined ? '' : paint('dim', `  applied by ${printable(target.by)}`)
  const place = `  ${printable(target.path)}${by}${because}`
  if (target.error !== undefined) return [place, paint('red', `    ${printable(failureWords(target))}`), '']
  return [place, '', showResources(target.change.resources, paint, '    ', withNoise)]
}

function toMarkdown(review: Review, withNoise: boolean): string {
  const rows = review.environments.map(
    (environment) =>
      `| ${bold(environment)} | ${environment.decision.verdict} | ${escapeText(summary(environment))} |`,
  )
  const reasons = [
    ...review.decision.reasons.map(({ sentence }) => `- ${escapeText(sentence)}`),
    ...review.environments.flatMap((environment) =>
      otherReasons(environment).map(
        ({ sentence }) => `- **${escapeText(environment.decision.name)}**: ${escapeText(sentence)}`,
      ),
    ),
    ...review.environments.flatMap(({ facts, decision }) =>
      (facts.change.notEvaluated ?? []).map(
        ({ by, file, reason }) =>
          `- **${escapeText(decision.name)}**: not evaluated: ${escapeText(`${by} (${file}): ${reason}`)}`,
      ),
    ),
  ]
  const table = rows.length === 0 ? [] : ['| environment | verdict | change |', '|---|---|---|', ...rows, '']
  return [
    `### ${escapeText(headline(review))}`,
    '',
    ...table,
    ...(reasons.length === 0 ? [] : [...reasons, '']),
    ...review.environments.flatMap((environment) => markdownSections(environment, withNoise)),
  ].join('\n')
}

function markdownSections(environment: ReviewedEnvironment, withNoise: boolean): readonly string[] {
  const { facts, decision } = environment
  const name = `<b>${escapeHtml(decision.name)}</b>`
  const targets = facts.change.targets.filter(isWorthShowing).map((target) => {
    const why = target.why.map((step) => `<code>${escapeHtml(step)}</code>`).join(' → ')
    const because = why === '' ? '' : `, because ${why}`
    const by = target.by === undefined ? '' : `, applied by <code>${escapeHtml(target.by)}</code>`
    const body =
      target.error === undefined
        ? markdownResources(target.change.resources, withNoise)
        : fencedBlock('', failureWords(target).split('\n'))
    return `<details><summary>${name} · ${escapeHtml(target.path)}${by}${because}</summary>\n\n${body}\n</details>\n`
  })
  const findings = newFindings(environment).map(
    (finding) =>
      `- **${finding.severity}** · ${escapeText(titleOf(finding))}: ${escapeText(finding.message)} (${escapeText(finding.rule)}). ${textWithCode(finding.fix)}`,
  )
  if (findings.length === 0) return targets
  return [
    ...targets,
    `<details><summary>${name} · readiness</summary>\n\n${findings.join('\n')}\n\n</details>\n`,
  ]
}

function bold({ decision: { name, verdict } }: ReviewedEnvironment): string {
  return verdict === 'unaffected' ? escapeText(name) : `**${escapeText(name)}**`
}

function headline({ decision, environments }: Review): string {
  if (decision.verdict !== 'ready') return title(decision)
  const touched = environments.filter((each) => each.decision.verdict !== 'unaffected')
  return `Ready: nothing is missing (affects ${touched.map((each) => each.decision.name).join(', ')})`
}

function summary({ facts: { change }, decision }: ReviewedEnvironment): string {
  const count = change.change.resources.length
  if (change.failures.length > 0)
    return `${change.failures.length} ${change.failures.length === 1 ? 'target' : 'targets'} cannot be rendered`
  if (count === 0) return 'nothing changes'
  const needs = neededRules(decision.rules).filter(({ need }) => need > 0)
  const resources = `${count} ${count === 1 ? 'resource' : 'resources'} · ${change.change.classes.join(', ')}`
  return needs.length === 0
    ? resources
    : `${resources} · needs ${needs.map(({ name, need }) => `${name} ${need}`).join(', ')}`
}

/** Rules whose classes do not occur ask for nothing. */
function neededRules(rules: readonly RuleDecision[]): readonly RuleDecision[] {
  return rules.filter(({ state }) => state !== 'not-needed')
}

/** Signatures stand in the summary, failures at their target. */
function otherReasons({ decision }: ReviewedEnvironment): readonly Reason[] {
  return decision.reasons.filter(({ code }) => code !== 'approvals' && code !== 'render-failed')
}

function newFindings({ facts }: ReviewedEnvironment): readonly RatchetedFinding[] {
  return (facts.readiness?.findings ?? []).filter(
    ({ state, suppressed }) => (state === 'new' || state === 'worse') && suppressed === undefined,
  )
}

function isWorthShowing(target: TargetChange): boolean {
  return target.error !== undefined || target.change.resources.length > 0
}

/** `deploy/overlays/production/kustomization.yaml:12  message` */
function failureWords({ error, path }: TargetChange): string {
  if (error === undefined) return ''
  const place = `${error.file ?? path}${error.line === undefined ? '' : `:${error.line}`}`
  return `${place}  ${error.message}`
}
