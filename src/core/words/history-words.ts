import { stateWords } from '../rollout/combine.ts'
import type { DeploymentView, History } from '../rollout/history.ts'
import { codeSpan, escapeText } from './markdown.ts'

/** `2026-03-02 10:00 UTC`. */
function instant(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function signedBy({ signatures }: DeploymentView): string {
  if (signatures.length === 0) return 'nobody had to sign'
  return `signed by ${signatures.map(({ rule, people }) => `${people.join(', ')} (${rule})`).join('; ')}`
}

function mergedBy({ mergedAt, mergedBy: by }: DeploymentView): string {
  return `merged ${instant(mergedAt)}${by === null ? '' : ` by ${by}`}`
}

/** For a terminal: what is live where, then what was deployed last. */
export function historyLines({ repository, environments, deployments }: History): readonly string[] {
  if (deployments.length === 0) return [`No deployment of ${repository} is in the record.`]
  const state = environments.flatMap(({ name, live, liveSince, newer }) => [
    name,
    ...(live === null
      ? ['  live: not known; nothing that was merged was seen to run']
      : [
          `  live: #${live.pull} ${live.sha.slice(0, 7)}, ${stateWords[live.state]}, since ${instant(liveSince ?? live.since)}`,
          `    ${live.sentence}`,
          `    ${signedBy(live)}; ${mergedBy(live)}`,
        ]),
    ...newer.map(
      (each) =>
        `  after it: #${each.pull} ${each.sha.slice(0, 7)}, ${stateWords[each.state]} since ${instant(each.since)}: ${each.sentence}`,
    ),
    '',
  ])
  const rows = deployments.map((each) => [
    instant(each.mergedAt),
    each.environment,
    `#${each.pull}`,
    each.sha.slice(0, 7),
    stateWords[each.state],
    each.classes.join(', '),
  ])
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...state, 'Last deployments', ...table.map((line) => `  ${line}`)]
}

/** The same as Markdown, for a wiki or an issue. */
export function historyMarkdown({ repository, environments, deployments }: History): string {
  if (deployments.length === 0) return `No deployment of ${escapeText(repository)} is in the record.`
  const live = environments.map(({ name, live: found, liveSince }) =>
    found === null
      ? `| ${escapeText(name)} | not known | | | |`
      : `| ${escapeText(name)} | ${repository}#${found.pull} ${codeSpan(found.sha.slice(0, 7))} | ${instant(liveSince ?? found.since)} | ${escapeText(signedBy(found))} | ${escapeText(found.sentence)} |`,
  )
  const last = deployments.map(
    (each) =>
      `| ${instant(each.mergedAt)} | ${escapeText(each.environment)} | ${repository}#${each.pull} ${codeSpan(each.sha.slice(0, 7))} | ${stateWords[each.state]} | ${escapeText(signedBy(each))} |`,
  )
  return [
    '| environment | live | since | signatures | |',
    '|---|---|---|---|---|',
    ...live,
    '',
    '| merged | environment | by | state | signatures |',
    '|---|---|---|---|---|',
    ...last,
  ].join('\n')
}
