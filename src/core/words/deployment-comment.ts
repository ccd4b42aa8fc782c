import { stateWords } from '../rollout/combine.ts'
import { objectKey } from '../rollout/observation.ts'
import type { Rollout } from '../rollout/rollout.ts'
import { isBroken, type RolloutState } from '../rollout/rollout-state.ts'
import { writeDuration } from '../policy/duration.ts'
import { writeInstant } from '../schedule/write-instant.ts'
import { commentMarker } from './comment.ts'
import { codeSpan, escapeText } from './markdown.ts'

/** What follows it is the comment as it was when the pull request was merged, kept word for word. */
export const judgedMarker = '<!-- countersign:judged -->'

/** GitHub refuses longer comments. */
const commentLimit = 65_536
/** Objects that are named for each environment. */
const mostObjects = 30

export interface DeploymentWords {
  readonly environment: string
  readonly rollout: Rollout
  /** What people can do about it, or what happens by itself. */
  readonly next?: string | undefined
}

/** One symbol for each state: a column of words alone is slow to read. */
const symbols: Readonly<Record<RolloutState, string>> = {
  healthy: '🟢',
  'applied-health-unknown': '⚪',
  progressing: '🔵',
  waiting: '🕓',
  'waiting-gate': '🚧',
  superseded: '⚫',
  'failed-before-this-change': '🟠',
  degraded: '🔴',
  'rolled-back-in-cluster': '🔴',
  failed: '🔴',
  'timed-out': '🔴',
}

/** The deployments of a merge in a sentence: the worst one, by name. */
export function deploymentTitle(sha: string, deployments: readonly DeploymentWords[]): string {
  const commit = sha.slice(0, 7)
  const broken = deployments.find(({ rollout }) => isBroken(rollout.state) || rollout.state === 'timed-out')
  const told = broken ?? deployments.find(({ rollout }) => rollout.state !== 'healthy')
  if (deployments.length === 0) return `Merged as ${commit}`
  if (told !== undefined)
    return `Merged as ${commit}: ${told.environment} is ${stateWords[told.rollout.state]}`
  return `Merged as ${commit}: healthy in ${deployments.map(({ environment }) => environment).join(', ')}`
}

/**
 * The sticky comment after the merge: where the deployments are, live, and below it what was judged. `before` is the comment that
 * stands there.
 */
export function deploymentComment(input: {
  readonly sha: string
  readonly deployments: readonly DeploymentWords[]
  readonly before: string | null
  /** ISO 8601. */
  readonly now: string
}): string {
  const { sha, deployments, before, now } = input
  const rows = deployments.map(
    ({ environment, rollout }) =>
      `| ${escapeText(environment)} | ${symbols[rollout.state]} ${stateWords[rollout.state]} | ${writeInstant(Date.parse(rollout.since), 'UTC', Date.parse(now))} | ${escapeText(detail(rollout))} |`,
  )
  const table =
    rows.length === 0
      ? ''
      : ['| environment | deployment | since | |', '|---|---|---|---|', ...rows].join('\n')
  const steps = deployments.flatMap(({ environment, next }) =>
    next === undefined ? [] : [`- **${escapeText(environment)}**: ${next}`],
  )
  const parts = [
    commentMarker,
    `### ${escapeText(deploymentTitle(sha, deployments))}`,
    steps.join('\n'),
    table,
    ...deployments.map(objectsSection),
  ]
  const text = parts.filter((part) => part !== '').join('\n\n')
  const judged = judgedPart(before)
  const room = commentLimit - text.length - 200
  if (judged === '' || judged.length > room) return `${text}\n`
  return `${text}\n\n<details><summary>what was judged before the merge</summary>\n\n${judgedMarker}\n${judged}\n\n</details>\n`
}

/** The sentence without the state, which stands in a column of its own. */
function detail({ state, sentence }: Rollout): string {
  return sentence.startsWith(`${stateWords[state]}: `)
    ? sentence.slice(stateWords[state].length + 2)
    : sentence
}

function objectsSection({ environment, rollout }: DeploymentWords): string {
  if (rollout.objects.length === 0) return ''
  const lines = rollout.objects.slice(0, mostObjects).map((object) => {
    const revision = object.revision === undefined ? '' : ` at ${codeSpan(object.revision.slice(0, 7))}`
    const weight = object.canary?.weight
    const traffic = weight === undefined ? '' : ` · canary ${weight} %`
    const failed = object.canary?.failedChecks
    const checks = failed === undefined || failed === 0 ? '' : ` · ${failed} failed checks`
    return `- ${symbols[object.state]} ${codeSpan(objectKey(object))}${revision}: ${escapeText(object.sentence)}${traffic}${checks}`
  })
  const more = rollout.objects.length - lines.length
  const rest = more > 0 ? [`- and ${more} more`] : []
  const soak = rollout.soak.healthyMs > 0 ? ` · healthy for ${writeDuration(rollout.soak.healthyMs)}` : ''
  return `<details><summary><b>${escapeText(environment)}</b> · ${rollout.objects.length} ${rollout.objects.length === 1 ? 'object' : 'objects'}${soak}</summary>\n\n${[...lines, ...rest].join('\n')}\n\n</details>`
}

/** The comment of the judgement, without our own frame around it. */
function judgedPart(before: string | null): string {
  if (before === null) return ''
  const at = before.indexOf(judgedMarker)
  if (at < 0) return before.replace(commentMarker, '').trim()
  const inner = before.slice(at + judgedMarker.length).trim()
  return inner.replace(/\n*<\/details>$/, '').trim()
}
