import { namedBy } from '../approval/named-by.ts'
import { listAnd, listOr, suggest } from '../policy/suggest.ts'
import { isDay } from '../readiness/waivers.ts'
import { rules } from '../readiness/registry.ts'
import { codeSpan, escapeText } from '../words/markdown.ts'
import { affectedChecklists } from './affected-checklists.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import type { Command } from './parse-commands.ts'

/** `/waive`: accepts findings of a rule until a day, in the environments that the pull request reaches and whose checklist lets this person. */
export function answerWaive(
  { rule, resource, until, reason }: Extract<Command, { kind: 'waive' }>,
  context: CommandContext,
): CommandAnswer {
  const allowed = whereAllowed('waive', context)
  if ('reaction' in allowed) return allowed
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || !isDay(until))
    return refuse(`${codeSpan(until.slice(0, 60))} is no day. Write its last one such as \`2027-01-31\`.`)
  const today = new Date(context.now).toISOString().slice(0, 10)
  if (until < today) return refuse(`${until} is over. A waiver ends on a day to come.`)
  const findings = allowed.environments.flatMap(
    ({ environment }) => environment.readiness?.findings.filter(({ state }) => state !== 'fixed') ?? [],
  )
  const known = [...new Set([...rules.map(({ id }) => id), ...findings.map((finding) => finding.rule)])]
  if (!known.includes(rule)) {
    const meant = suggest(rule, known)
    const hint = meant === undefined ? '' : ` Did you mean ${codeSpan(meant)}?`
    return refuse(`There is no rule ${codeSpan(rule)}.${hint}`)
  }
  const covered = findings.filter(
    (finding) =>
      finding.rule === rule && (resource === undefined || `${finding.kind}/${finding.name}` === resource),
  )
  const where = resource === undefined ? '' : ` on ${codeSpan(resource)}`
  const names = allowed.environments.map(({ name }) => name)
  const what =
    covered.length === 0
      ? `there is no finding of ${codeSpan(rule)}${where} now`
      : `${covered.length} ${covered.length === 1 ? 'finding' : 'findings'} of ${codeSpan(rule)}${where}`
  return {
    reaction: '+1',
    reply: `Waived in ${listAnd(names.map((name) => `**${escapeText(name)}**`))} until ${until}: ${what}. ${escapeText(context.login)} answers for it. \`/unwaive ${rule}${resource === undefined ? '' : ` ${resource.replaceAll('`', '')}`}\` ends it.`,
    change: { kind: 'waive', environments: names, rule, resource, until, because: reason },
    judgeAgain: 'repository',
  }
}

/** `/unwaive`: ends a waiver before its day. One of the checklist file ends there. */
export function answerUnwaive(
  { rule, resource }: Extract<Command, { kind: 'unwaive' }>,
  context: CommandContext,
): CommandAnswer {
  const allowed = whereAllowed('unwaive', context)
  if ('reaction' in allowed) return allowed
  const names = allowed.environments
    .filter(({ checklist }) =>
      checklist.waivers.some(
        (each) => each.isByCommand === true && each.rule === rule && each.resource === resource,
      ),
    )
    .map(({ name }) => name)
  if (names.length === 0)
    return refuse(
      `Nobody waived ${codeSpan(rule)}${resource === undefined ? '' : ` on ${codeSpan(resource)}`} by \`/waive\`. A waiver of the checklist file ends there.`,
    )
  return {
    reaction: '+1',
    change: { kind: 'unwaive', environments: names, rule, resource },
    judgeAgain: 'repository',
  }
}

function whereAllowed(
  word: string,
  context: CommandContext,
): CommandAnswer | { readonly environments: ReturnType<typeof affectedChecklists> } {
  const checklists = affectedChecklists(context)
  if (checklists.length === 0)
    return refuse(`No environment that this reaches has a checklist, so \`/${word}\` has nothing to act on.`)
  const states = checklists.map((each) => ({
    each,
    named: namedBy(each.checklist.mayWaive, context.login, context.facts.people),
  }))
  const environments = states.filter(({ named }) => named === 'yes').map(({ each }) => each)
  if (environments.length > 0) return { environments }
  if (states.some(({ named }) => named === 'unknown'))
    return refuse('GitHub did not say who may waive here, so nothing was done. Please try again in a moment.')
  const who = [...new Set(checklists.flatMap(({ checklist }) => checklist.mayWaive.map(({ text }) => text)))]
  return refuse(
    who.length === 0
      ? 'Nobody may waive here: the checklist has no `may-waive`. A waiver can stand in the file.'
      : `${escapeText(context.login)} may not waive here: the checklist names ${listOr(who.map((each) => codeSpan(each)))}.`,
  )
}
