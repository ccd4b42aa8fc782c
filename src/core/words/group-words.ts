import { createHash } from 'node:crypto'
import type { Decision } from '../decision.ts'
import { codeSpan, escapeText } from './markdown.ts'
import { explainDecision } from './explain-decision.ts'
import { title as decisionTitle } from './title.ts'

/** One pull request of a merge group as it was judged there, or why it could not be. */
export interface GroupVerdict {
  /** Undefined: commits that no pull request explains. */
  readonly number: number | undefined
  readonly to: string
  readonly judged: Decision | { readonly problem: string }
}

export interface GroupWords {
  readonly conclusion: 'success' | 'failure'
  readonly title: string
  readonly summary: string
  /** Digest of the above. */
  readonly externalId: string
}

/** The check of a merge group: green only where every pull request in it is ready on top of those before it. */
export function groupWords(verdicts: readonly GroupVerdict[]): GroupWords {
  const failing = verdicts.filter((each) => !isReady(each))
  const [first] = failing
  const numbers = verdicts.flatMap(({ number }) => (number === undefined ? [] : [`#${number}`]))
  const conclusion = first === undefined && verdicts.length > 0 ? 'success' : 'failure'
  const title =
    verdicts.length === 0
      ? 'Blocked: the queue would merge nothing that Countersign can judge'
      : first === undefined
        ? `Ready together: ${numbers.join(', ')}`
        : `${first.number === undefined ? first.to.slice(0, 7) : `#${first.number}`}: ${wordsOf(first)}`
  const summary = verdicts.flatMap((each) => [
    `**${each.number === undefined ? codeSpan(each.to.slice(0, 7)) : `#${each.number}`}** ${escapeText(wordsOf(each))}`,
    ...('problem' in each.judged
      ? ['']
      : ['', '```text', ...fenced(explainDecision(each.judged)), '```', '']),
  ])
  const what = 'What the merge queue would put on the branch, each pull request on top of those before it.'
  const text = [what, '', ...summary].join('\n').trim()
  const digest = createHash('sha256')
    .update(JSON.stringify([conclusion, title, text]))
    .digest('hex')
  return {
    conclusion,
    title: title.slice(0, 250),
    summary: text,
    externalId: `sha256:${digest.slice(0, 40)}`,
  }
}

function isReady({ judged }: GroupVerdict): boolean {
  return !('problem' in judged) && (judged.verdict === 'ready' || judged.verdict === 'unaffected')
}

function wordsOf(each: GroupVerdict): string {
  if ('problem' in each.judged) return each.judged.problem
  return isReady(each) ? 'ready' : decisionTitle(each.judged)
}

/** Nothing that people wrote ends the fence. */
function fenced(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll('```', "'''"))
}
