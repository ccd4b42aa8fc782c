import type { MissingSlot, ReplayedPull } from '../core/simulate/describe-replay.ts'
import { listOr } from '../core/policy/suggest.ts'
import { escapeText } from '../core/words/markdown.ts'
import type { CliIo } from './io.ts'
import { painter, printable, type Paint } from './paint.ts'
import type { Simulation } from './policy-simulate.ts'

/** A simulation as text, JSON (public, version 1) or Markdown. */
export function printSimulation(
  simulation: Simulation,
  format: 'text' | 'json' | 'markdown',
  io: CliIo,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, ...simulation, counts: countsOf(simulation), unknown: unknownTo(simulation) }, null, 2)}\n`
    case 'markdown':
      return toMarkdown(simulation)
    case 'text':
      return toText(simulation, painter(io))
  }
}

function countsOf({ pulls }: Simulation): Readonly<Record<string, number>> {
  return {
    pulls: pulls.length,
    unaffected: pulls.filter(({ verdict }) => verdict === 'unaffected').length,
    otherwise: pulls.filter(({ otherwise }) => otherwise).length,
  }
}

/** What a replay cannot know, so that nobody takes it for what was. */
function unknownTo({ reviewsKnown }: Simulation): readonly string[] {
  const both = [
    'holds, freezes, commands and how the environment before a promotion was doing are not replayed',
  ]
  return reviewsKnown
    ? [
        'teams and permissions are those of today',
        'a review that was dismissed after the merge is shown as dismissed, and a check that ran again since is missing',
        ...both,
      ]
    : [
        'a clone has no reviews and no checks: every slot is missing, under both policies',
        'whose the commits are is not known, so nobody is ruled out as a contributor',
        'pull requests that were merged by rebase leave no trace in the history',
        ...both,
      ]
}

function headline({ source, since, reviewsKnown, pulls }: Simulation): readonly string[] {
  const otherwise = pulls.filter((each) => each.otherwise).length
  const unaffected = pulls.filter(({ verdict }) => verdict === 'unaffected').length
  const what = pulls.length === 1 ? '1 merged pull request' : `${pulls.length} merged pull requests`
  const second = reviewsKnown
    ? `${otherwise} would not have been merged as ${otherwise === 1 ? 'it was' : 'they were'}`
    : `${otherwise} would be judged otherwise than under the policy of then`
  return [`${what} since ${since.slice(0, 10)} in ${source}`, `${second}; ${unaffected} reach no environment`]
}

function toText(simulation: Simulation, paint: Paint): string {
  const lines = headline(simulation).map((line, index) =>
    index === 0 ? paint('bold', printable(line)) : printable(line),
  )
  lines.push('')
  for (const pull of simulation.pulls) {
    if (pull.verdict === 'unaffected' && !pull.otherwise) continue
    const mark = pull.otherwise ? paint('yellow', 'otherwise') : paint('green', 'as before')
    lines.push(`#${pull.number}  ${pull.mergedAt.slice(0, 10)}  ${printable(pull.title)}  ${mark}`)
    lines.push(...detailsOf(pull).map((line) => `    ${printable(line)}`))
  }
  lines.push(
    '',
    'What a replay cannot know:',
    ...unknownTo(simulation).map((line) => paint('dim', `  ${line}`)),
  )
  return `${lines.join('\n')}\n`
}

function detailsOf(pull: ReplayedPull): readonly string[] {
  const asks =
    pull.then === null || pull.asks === 'the same' ? '' : `; it asks for ${pull.asks} than the policy of then`
  const then = pull.then === null ? 'there was no policy then' : `${pull.then} under the policy of then`
  return [
    `${pull.verdict}; ${then}${asks}`,
    ...pull.reasons,
    ...pull.environments.flatMap(({ name, missing, reasons, verdict }) => [
      ...missing.map((slot) => `${name}: ${missingWords(slot)}`),
      ...reasons.map((reason) => `${name}: ${reason}`),
      ...(missing.length + reasons.length === 0 ? [`${name}: ${verdict}`] : []),
    ]),
  ]
}

function missingWords({ rule, have, need, from }: MissingSlot): string {
  return `${need - have} of ${need} ${need === 1 ? 'approval' : 'approvals'} missing (${rule}: ${listOr(from)})`
}

function toMarkdown(simulation: Simulation): string {
  const [first = '', second = ''] = headline(simulation)
  const shown = simulation.pulls.filter(({ verdict, otherwise }) => verdict !== 'unaffected' || otherwise)
  const rows = shown.map((pull) => {
    const details = detailsOf(pull).slice(1).map(escapeText).join('<br>')
    return `| #${pull.number} | ${escapeText(pull.title)} | ${pull.then ?? 'no policy'} | ${pull.verdict}${pull.otherwise ? ' (otherwise)' : ''} | ${details} |`
  })
  return [
    `### ${escapeText(first)}`,
    '',
    `${escapeText(second)}.`,
    '',
    ...(rows.length === 0
      ? []
      : ['| pull request | title | then | now | why |', '|---|---|---|---|---|', ...rows, '']),
    'What a replay cannot know:',
    ...unknownTo(simulation).map((line) => `- ${escapeText(line)}`),
    '',
  ].join('\n')
}
