import { verdicts, type Decision, type Reason } from '../decision.ts'

/** The verdict in one plain sentence, without markup: the title of the check run. The worst reason first found. */
export function title(decision: Decision): string {
  if (decision.verdict === 'unaffected') return 'No environment is affected'
  if (decision.verdict === 'ready') return readyTitle(decision)
  const worst = findWorst(decision)
  if (worst === undefined) return 'Cannot judge'
  const { where, reason } = worst
  switch (reason.verdict) {
    case 'error':
      return where === null ? `Cannot judge: ${reason.sentence}` : `Cannot judge ${where}: ${reason.sentence}`
    case 'blocked':
      return where === null ? `Blocked: ${reason.sentence}` : `Blocked: ${where}: ${reason.sentence}`
    default:
      return where === null ? `Waiting: ${reason.sentence}` : `${where}: ${reason.sentence}`
  }
}

function readyTitle({ merge, environments }: Decision): string {
  const emergency = environments.find((environment) => environment.emergency !== undefined)?.emergency
  if (emergency !== undefined)
    return `Emergency merge: asked by ${emergency.by}, confirmed by ${emergency.confirmedBy}`
  if (merge === null) return 'Ready to merge: /merge'
  return merge.askedBy === null ? 'Ready: merges by itself' : `Ready: merges as ${merge.askedBy} asked`
}

function findWorst(decision: Decision): { where: string | null; reason: Reason } | undefined {
  const all = [
    ...decision.reasons.map((reason) => ({ where: null, reason })),
    ...decision.environments.flatMap(({ name, reasons }) =>
      reasons.map((reason) => ({ where: name, reason })),
    ),
  ]
  const weight = ({ reason }: { reason: Reason }): number => verdicts.indexOf(reason.verdict)
  return all.reduce<(typeof all)[number] | undefined>(
    (worst, each) => (worst === undefined || weight(each) > weight(worst) ? each : worst),
    undefined,
  )
}
