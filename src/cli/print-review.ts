import type { TargetChange } from '../core/targets/target.ts'
import type { CliIo } from './io.ts'
import { escapeMarkdown, fenced, markdownResources } from './markdown.ts'
import { painter, printable, type Paint } from './paint.ts'
import type { Format, Review, ReviewedEnvironment } from './review.ts'
import { showResources } from './show-change.ts'

/** A review as text, JSON (public, version 1) or Markdown. */
export function printReview(review: Review, format: Format, io: CliIo): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(toJson(review), null, 2)}\n`
    case 'markdown':
      return toMarkdown(review)
    case 'text':
      return toText(review, painter(io))
  }
}

function toJson(review: Review): object {
  return {
    version: 1,
    verdict: review.verdict,
    base: review.base,
    head: review.head,
    environments: review.environments.map(({ name, verdict, change, rules, readiness }) => ({
      name,
      verdict,
      digest: change.change.digest,
      classes: change.change.classes,
      targets: change.targets.map((target) => ({
        path: target.path,
        renderer: target.renderer,
        affected: target.affected,
        why: target.why,
        resources: target.change.resources,
        ...(target.error === undefined ? {} : { error: target.error }),
      })),
      rules,
      readiness: { new: readiness.new, all: readiness.all, findings: readiness.findings },
    })),
  }
}

const verdictColours = {
  unaffected: 'dim',
  ready: 'green',
  waiting: 'yellow',
  blocked: 'red',
  error: 'red',
} as const

function toText(review: Review, paint: Paint): string {
  const lines = [
    `${paint('bold', headline(review))}  ${paint('dim', `${review.base.slice(0, 7)}..${review.head.slice(0, 7)}`)}`,
    '',
  ]
  for (const environment of review.environments) {
    lines.push(
      `${paint('bold', printable(environment.name))}  ${paint(verdictColours[environment.verdict], environment.verdict)}  ${printable(summary(environment))}`,
    )
    if (environment.problem !== undefined) lines.push(paint('red', `  ${printable(environment.problem)}`))
    for (const target of environment.change.targets.filter(isWorthShowing))
      lines.push(...textTarget(target, paint))
  }
  return `${lines.join('\n')}\n`
}

function textTarget(target: TargetChange, paint: Paint): readonly string[] {
  const because =
    target.why.length === 0 ? '' : paint('dim', `  because ${target.why.map(printable).join(' → ')}`)
  if (target.error !== undefined)
    return [
      `  ${printable(target.path)}${because}`,
      paint('red', `    ${printable(failureWords(target))}`),
      '',
    ]
  return [`  ${printable(target.path)}${because}`, '', showResources(target.change.resources, paint, '    ')]
}

function toMarkdown(review: Review): string {
  const rows = review.environments.map(
    (environment) =>
      `| ${bold(environment)} | ${environment.verdict} | ${escapeMarkdown(summary(environment))} |`,
  )
  const sections = review.environments.flatMap(({ name, problem, change }) =>
    change.targets
      .filter(isWorthShowing)
      .map((target) =>
        [
          `<details><summary><b>${escapeMarkdown(name)}</b> · ${escapeMarkdown(target.path)}, because ${target.why.map((step) => `<code>${escapeMarkdown(step)}</code>`).join(' → ')}</summary>`,
          '',
          ...(problem === undefined ? [] : [escapeMarkdown(problem), '']),
          target.error === undefined
            ? markdownResources(target.change.resources)
            : fenced('', failureWords(target).split('\n')),
          '</details>',
          '',
        ].join('\n'),
      ),
  )
  return [
    `### ${headline(review)}`,
    '',
    '| environment | verdict | change |',
    '|---|---|---|',
    ...rows,
    '',
    ...sections,
  ].join('\n')
}

function bold({ name, verdict }: ReviewedEnvironment): string {
  return verdict === 'unaffected' ? escapeMarkdown(name) : `**${escapeMarkdown(name)}**`
}

function headline(review: Review): string {
  const touched = review.environments
    .filter(({ verdict }) => verdict !== 'unaffected')
    .map(({ name }) => name)
  if (touched.length === 0) return 'No environment is affected'
  const names = touched.join(', ')
  switch (review.verdict) {
    case 'error':
      return 'This cannot be judged'
    case 'waiting':
      return `Needs signatures (affects ${names})`
    case 'blocked':
      return `Blocked (affects ${names})`
    default:
      return `Ready: no signature needed (affects ${names})`
  }
}

function summary({ change, rules }: ReviewedEnvironment): string {
  const count = change.change.resources.length
  if (change.failures.length > 0)
    return `${change.failures.length} ${change.failures.length === 1 ? 'target' : 'targets'} cannot be rendered`
  if (count === 0) return 'nothing changes'
  const needs = rules.filter(({ need }) => need > 0).map(({ name, need }) => `${name} ${need}`)
  const resources = `${count} ${count === 1 ? 'resource' : 'resources'} · ${change.change.classes.join(', ')}`
  return needs.length === 0 ? resources : `${resources} · needs ${needs.join(', ')}`
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
