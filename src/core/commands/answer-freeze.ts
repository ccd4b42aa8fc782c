import { listAnd, suggest } from '../policy/suggest.ts'
import { writeInstant } from '../schedule/write-instant.ts'
import { ownEntry } from '../own-entry.ts'
import { codeSpan, escapeText } from '../words/markdown.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import type { Command } from './parse-commands.ts'
import { parseUntil } from './parse-until.ts'

/** `/freeze`: from now on nothing merges into the environment, from any pull request of the repository. */
export function answerFreeze(
  { environment, until, reason }: Extract<Command, { kind: 'freeze' }>,
  context: CommandContext,
): CommandAnswer {
  const unknown = unknownEnvironment(environment, context)
  if (unknown !== undefined) return refuse(unknown)
  const end = until === undefined ? undefined : parseUntil(until, context.now)
  if (until !== undefined && end === undefined)
    return refuse(
      `${codeSpan(until.slice(0, 60))} is not a time to come. Write \`18:00\`, \`2026-12-24\`, \`2026-12-24 18:00\` (UTC, or with a zone such as \`Europe/Berlin\`) or \`2h\`.`,
    )
  const frozen =
    end === undefined ? 'is frozen' : `is frozen until ${escapeText(writeInstant(end, 'UTC', context.now))}`
  return {
    reaction: '+1',
    reply: `**${escapeText(environment)}** ${frozen}: ${escapeText(reason)}. \`/unfreeze ${environment}\` ends it.`,
    change: {
      kind: 'freeze',
      environment,
      until: end === undefined ? undefined : new Date(end).toISOString(),
      reason,
    },
    judgeAgain: 'repository',
  }
}

/** `/unfreeze`: ends a freeze before its time. */
export function answerUnfreeze(
  { environment }: Extract<Command, { kind: 'unfreeze' }>,
  context: CommandContext,
): CommandAnswer {
  const unknown = unknownEnvironment(environment, context)
  if (unknown !== undefined) return refuse(unknown)
  if (!isFrozen(environment, context)) return refuse(`**${escapeText(environment)}** is not frozen.`)
  return { reaction: '+1', change: { kind: 'unfreeze', environment }, judgeAgain: 'repository' }
}

/** What to say of an environment that the policy does not name; undefined when it does. */
export function unknownEnvironment(name: string, { policy }: CommandContext): string | undefined {
  if (policy === undefined)
    return 'The base branch has no policy that can be read, so no environment is known here. `countersign policy check` says what is wrong with one.'
  const names = policy.environments.map((environment) => environment.name)
  if (names.includes(name)) return undefined
  const meant = suggest(name, names)
  const hint = meant === undefined ? '' : ` Did you mean ${codeSpan(meant)}?`
  return `There is no environment ${codeSpan(name.slice(0, 100))}. The policy names ${listAnd(names.map((each) => codeSpan(each)))}.${hint}`
}

function isFrozen(environment: string, { facts, now }: CommandContext): boolean {
  const frozen = ownEntry(facts.environments, environment)?.frozen
  return frozen !== undefined && !(frozen.until !== undefined && now >= Date.parse(frozen.until))
}
