import type { EnvironmentDecision } from '../decision.ts'
import type { EnvironmentFacts, ManualItemFacts, PeopleFacts } from '../facts.ts'
import { writeTick } from '../commands/parse-ticks.ts'
import { manualState, type ManualState } from '../judge/manual.ts'
import { listOr } from '../policy/suggest.ts'
import { endingWaivers } from '../readiness/waivers.ts'
import { codeSpan, escapeText } from './markdown.ts'

/** Manual items of an environment's checklist with a box to tick, and waivers that end in the next days. Empty: there are none. */
export function checklistSection(
  { name }: EnvironmentDecision,
  known: EnvironmentFacts | undefined,
  people: PeopleFacts,
  now: string,
): string {
  const checklist = known?.checklist
  if (checklist === undefined) return ''
  const { digest } = known?.change.change ?? { digest: '' }
  const items = checklist.manual.map((item) => {
    const state = manualState(item, digest, people)
    const box = writeTick({ environment: name, item: item.id, signed: state === 'signed' })
    return `${box.before}${escapeText(item.text)} (${codeSpan(item.id)})${stateWords(item, state)}${box.after}`
  })
  const ending = endingWaivers(checklist.waivers, now).map(
    ({ rule, resource, until, because, owner }) =>
      `- The waiver of ${codeSpan(rule)}${resource === undefined ? '' : ` on ${codeSpan(resource)}`} ends after ${until} (${escapeText(owner)}: ${escapeText(because)}); what it covers is a finding again then.`,
  )
  const lines = [...items, ...ending]
  return lines.length === 0 ? '' : [`**${escapeText(name)}** checklist`, '', ...lines].join('\n')
}

function stateWords({ by, signature }: ManualItemFacts, state: ManualState): string {
  const who = `${listOr(by.map(({ text }) => codeSpan(text)))} may sign`
  if (signature === undefined) return `: ${who}`
  const signer = escapeText(signature.by)
  switch (state) {
    case 'signed':
      return `: ${signer}, ${signature.at.slice(0, 16).replace('T', ' ')} UTC${signature.note === '' ? '' : `: ${escapeText(signature.note)}`}`
    case 'stale':
      return `: ${signer} signed an earlier change; ${who}`
    case 'not-named':
      return `: ${signer} may no longer sign; ${who}`
    default:
      return `: GitHub did not say whether ${signer} may sign`
  }
}
