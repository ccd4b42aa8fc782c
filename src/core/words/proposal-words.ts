import type { Moved } from '../promotion/plan-promotion.ts'
import { objectKey } from '../rollout/observation.ts'
import type { Rollout } from '../rollout/rollout.ts'
import { writeDuration } from '../policy/duration.ts'
import { codeSpan, escapeText } from './markdown.ts'

/** Title, body and commit message of a pull request that Countersign opens. */
export interface ProposalWords {
  readonly title: string
  readonly body: string
  readonly message: string
}

export interface PromotionWordsInput {
  readonly environment: string
  readonly from: string
  /** The promoted merge commit, and the pull request it came with. */
  readonly commit: string
  readonly pull: number
  readonly moved: readonly Moved[]
  readonly rollout: Rollout
  readonly contributors: readonly string[]
  readonly askedBy: string | null
}

/** What is promoted, from where, and who cannot sign it because they made it. Names are written without `@`: nobody is mailed for it. */
export function promotionWords(input: PromotionWordsInput): ProposalWords {
  const { environment, from, commit, pull, moved, rollout, contributors, askedBy } = input
  const [first] = moved
  const what =
    moved.length === 1 && first !== undefined
      ? `${shortName(first.what)} ${shortValue(first.after)}`
      : `${moved.length} values`
  const title = oneLine(`Promote ${what} to ${environment}`)
  const soaked =
    rollout.soak.healthyMs > 0 ? `, healthy there for ${writeDuration(rollout.soak.healthyMs)}` : ''
  const asked = askedBy === null ? 'Opened by the policy' : `Asked for by ${escapeText(askedBy)}`
  const body = [
    `Brings what **${escapeText(from)}** runs since #${pull} (${codeSpan(commit.slice(0, 7))}${escapeText(soaked)}) to **${escapeText(environment)}**.`,
    '',
    '| what | now | then | in |',
    '|---|---|---|---|',
    ...moved.map(
      (each) =>
        `| ${codeSpan(each.what)} | ${codeSpan(each.before)} | ${codeSpan(each.after)} | ${codeSpan(each.file)} |`,
    ),
    '',
    `${asked}. Contributors of what is promoted cannot sign it: ${contributors.length === 0 ? 'none are known' : contributors.map(escapeText).join(', ')}.`,
    '',
    `While this is open it follows ${escapeText(from)}; a newer version there that has been healthy for long enough replaces what is promoted here.`,
  ].join('\n')
  const message = [
    title,
    '',
    ...moved.map((each) => `${oneLine(each.what)}: ${oneLine(each.before)} -> ${oneLine(each.after)}`),
    '',
    `Countersign-Promotes: ${commit}`,
    `Countersign-Environment: ${oneLine(environment)}`,
    ...(askedBy === null ? [] : [`Countersign-Asked-By: ${oneLine(askedBy)}`]),
  ].join('\n')
  return { title, body, message }
}

/** What went wrong, with its evidence, and that this takes it back. */
export function rollbackWords(input: {
  readonly environment: string
  readonly commit: string
  readonly pull: number
  readonly pullTitle: string
  readonly rollout: Rollout
  readonly askedBy: string | null
  readonly reason: string
  /** Environments besides this one that the commit reached: they are taken back with it. */
  readonly others: readonly string[]
}): ProposalWords {
  const { environment, commit, pull, pullTitle, rollout, askedBy, reason, others } = input
  const title = oneLine(`Roll back ${environment}: take back #${pull}`)
  const why =
    askedBy === null
      ? escapeText(rollout.sentence)
      : `${escapeText(askedBy)} asked for it${reason === '' ? '' : `: ${escapeText(reason)}`}`
  const objects = rollout.objects
    .filter(({ state }) => state !== 'healthy')
    .slice(0, 20)
    .map((each) => `- ${codeSpan(objectKey(each))}: ${escapeText(each.sentence)}`)
  const also =
    others.length === 0
      ? []
      : [
          '',
          `The same commit reached ${others.map((each) => `**${escapeText(each)}**`).join(', ')}: it is taken back there too.`,
        ]
  const body = [
    `Takes back #${pull} (${codeSpan(commit.slice(0, 7))}): ${why}.`,
    '',
    ...(objects.length === 0 ? [] : ['What is not well:', '', ...objects]),
    ...also,
    '',
    'Merging gives the branch without that change and nothing else; git proves it, so the policy’s `rollback` rules apply. The commit is not promoted until `/release` on its pull request.',
  ].join('\n')
  const message = [
    `Revert "${oneLine(pullTitle)}" (#${pull})`,
    '',
    `This reverts commit ${commit}.`,
    '',
    oneLine(askedBy === null ? rollout.sentence : reason),
    '',
    `Countersign-Rolls-Back: ${commit}`,
    `Countersign-Environment: ${oneLine(environment)}`,
    ...(askedBy === null ? [] : [`Countersign-Asked-By: ${oneLine(askedBy)}`]),
  ].join('\n')
  return { title, body, message }
}

function shortName(what: string): string {
  return what.split('/').at(-1) ?? what
}

function shortValue(value: string): string {
  return value.replace(/@sha256:([0-9a-f]{7})[0-9a-f]+$/, '@$1').slice(0, 40)
}

/** Titles and messages come from people and files: a line break would let one forge a trailer. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
}
