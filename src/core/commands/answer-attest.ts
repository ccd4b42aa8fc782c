import { namedBy } from '../approval/named-by.ts'
import { listAnd, listOr, suggest } from '../policy/suggest.ts'
import { codeSpan, escapeText } from '../words/markdown.ts'
import { affectedChecklists } from './affected-checklists.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'

/**
 * `/attest`, `/unattest` and the checkbox: signs a manual item, or takes the signature back, in every environment that the pull request
 * reaches (or the one named) and whose checklist lets this person. It counts for the change as it is rendered now.
 */
export function answerAttest(
  asked: {
    readonly item: string
    readonly note: string
    readonly signed: boolean
    /** Undefined: every one that has the item. */
    readonly environment?: string | undefined
  },
  context: CommandContext,
): CommandAnswer {
  const checklists = affectedChecklists(context).filter(
    ({ name }) => asked.environment === undefined || name === asked.environment,
  )
  const ids = [...new Set(checklists.flatMap(({ checklist }) => checklist.manual.map(({ id }) => id)))]
  const found = checklists.flatMap(({ name, environment, checklist }) =>
    checklist.manual
      .filter(({ id }) => id === asked.item)
      .map((item) => ({ name, item, digest: environment.change.change.digest })),
  )
  if (found.length === 0)
    return refuse(`There is no manual item ${codeSpan(asked.item)} here. ${known(asked.item, ids)}`)
  const states = found.map((each) => ({
    ...each,
    named: namedBy(each.item.by, context.login, context.facts.people),
  }))
  const mine = states.filter(({ named }) => named === 'yes')
  if (mine.length === 0) {
    if (states.some(({ named }) => named === 'unknown'))
      return refuse(
        `GitHub did not say who may sign ${codeSpan(asked.item)}, so nothing was signed. Please try again in a moment.`,
      )
    const who = [...new Set(states.flatMap(({ item }) => item.by.map(({ text }) => text)))]
    return refuse(
      `${escapeText(context.login)} may not sign ${codeSpan(asked.item)}: the checklist names ${listOr(who.map((each) => codeSpan(each)))}.`,
    )
  }
  return {
    reaction: '+1',
    change: {
      kind: 'attest',
      item: asked.item,
      note: asked.note,
      signed: asked.signed,
      environments: mine.map(({ name, digest }) => ({ name, digest })),
    },
    judgeAgain: 'pull',
  }
}

function known(written: string, ids: readonly string[]): string {
  if (ids.length === 0) return 'No checklist of an environment that this reaches has any.'
  const meant = suggest(written, ids)
  if (meant !== undefined) return `Did you mean ${codeSpan(meant)}?`
  return `The checklist names ${listAnd(ids.map((id) => codeSpan(id)))}.`
}
