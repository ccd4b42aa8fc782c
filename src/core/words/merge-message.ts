import type { Decision } from '../decision.ts'
import type { PullFacts } from '../facts.ts'

/**
 * Title and body of the merge commit. The trailers say which environments it reaches, who signed and where the evidence is, so that git alone
 * can answer. https://git-scm.com/docs/git-interpret-trailers
 */
export function mergeMessage({
  pull,
  title,
  decision,
  evidence,
}: {
  pull: PullFacts
  title: string
  decision: Decision
  /** Where people read why it was merged: an address of a comment or of checks. */
  evidence: string
}): {
  readonly title: string
  readonly message: string
} {
  const affected = decision.environments.filter((environment) => environment.verdict !== 'unaffected')
  const signers = [
    ...new Set(affected.flatMap((environment) => environment.rules.flatMap((rule) => rule.counted))),
  ].sort()
  const trailers = [
    ...affected.map((environment) => `Countersign-Environment: ${oneLine(environment.name)}`),
    ...affected.flatMap(({ name, emergency }) =>
      emergency === undefined
        ? []
        : [
            `Countersign-Emergency: ${oneLine(name)}, asked by ${oneLine(emergency.by)}, confirmed by ${oneLine(emergency.confirmedBy)}: ${oneLine(emergency.reason)}`,
          ],
    ),
    ...signers.map((login) => `Countersign-Approved-By: ${oneLine(login)}`),
    ...(decision.merge?.askedBy == null
      ? []
      : [`Countersign-Merge-Asked-By: ${oneLine(decision.merge.askedBy)}`]),
    `Countersign-Judged-Head: ${decision.head}`,
    `Countersign-Evidence: ${oneLine(evidence)}`,
  ]
  return { title: `${oneLine(title)} (#${pull.number})`, message: trailers.join('\n') }
}

/** Titles come from people: a line break would let one forge a trailer. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
}
