import { refuse, type CommandAnswer } from '../core/commands/command-answer.ts'
import type { Policy } from '../core/policy/policy.ts'
import { listOr } from '../core/policy/suggest.ts'
import { stateWords } from '../core/rollout/combine.ts'
import { isBroken } from '../core/rollout/rollout-state.ts'
import { codeSpan, escapeText } from '../core/words/markdown.ts'
import type { GitHub } from '../ports/github.ts'
import type { DeploymentRecord } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { proposePromotion } from './propose-promotion.ts'
import { proposeRollback, type Proposed } from './propose-rollback.ts'

/** What a command on a merged pull request changes; each opens a pull request or lifts a quarantine, and may be done twice. */
export type MergedChange = Extract<
  NonNullable<CommandAnswer['change']>,
  { readonly kind: 'promote' | 'rollback' | 'release' | 'canary' }
>

export function isMergedChange(change: CommandAnswer['change']): change is MergedChange {
  return ['promote', 'rollback', 'release', 'canary'].includes(change?.kind ?? '')
}

/** Carries it out and says what came of it. */
export async function actOnMerged(
  deps: PipelineDeps,
  github: GitHub,
  change: MergedChange,
  at: {
    readonly repository: string
    readonly number: number
    readonly login: string
    /** ISO 8601: when it was said. */
    readonly at: string
    readonly policy: Policy | undefined
  },
): Promise<CommandAnswer> {
  const { repository, number, login, policy } = at
  const records = await deps.store.deployments(repository, { pull: number })
  const [record] = records
  if (record === undefined)
    return refuse(
      'No deployment of this pull request is known: it changed no environment, or it was merged before Countersign watched.',
    )
  switch (change.kind) {
    case 'release': {
      await deps.store.release(repository, record.sha)
      return {
        reaction: '+1',
        reply: `${codeSpan(record.sha.slice(0, 7))} may be promoted again.`,
        judgeAgain: 'nothing',
      }
    }
    case 'canary':
      return sayOfCanary(deps, records, change, at)
    case 'rollback':
      return describe(
        await proposeRollback(deps, github, worst(records), { by: login, reason: change.reason }),
        'take this change back',
      )
    case 'promote': {
      const environment = policy?.environments.find(({ name }) => name === change.environment)
      const from = records.find((each) => each.environment === change.from)
      if (environment === undefined)
        return refuse(`There is no environment ${codeSpan(change.environment)} any more.`)
      if (from === undefined)
        return refuse(
          `This pull request did not reach **${escapeText(change.from)}**, so there is nothing of it to promote from there.`,
        )
      const [newest] = await deps.store.deployments(repository, { environment: change.from, limit: 1 })
      if (newest !== undefined && newest.sha !== from.sha)
        return refuse(
          `**${escapeText(change.from)}** runs #${newest.pull} since (${stateWords[newest.rollout.state]}). Promote that one: \`/promote ${escapeText(change.environment)}\` there.`,
        )
      return describe(
        await proposePromotion(deps, github, environment, from, login),
        `promote it to ${change.environment}`,
      )
    }
  }
}

/** Kept for every deployment of the merge: the gate that asks knows which canary it is about. */
async function sayOfCanary(
  deps: PipelineDeps,
  records: readonly DeploymentRecord[],
  { gate, name }: Extract<MergedChange, { kind: 'canary' }>,
  { login, at }: { readonly login: string; readonly at: string },
): Promise<CommandAnswer> {
  const canaries = records.flatMap(({ rollout }) =>
    rollout.objects.filter(({ kind }) => kind === 'Canary' || kind === 'Rollout'),
  )
  if (name !== undefined && canaries.length > 0 && !canaries.some((each) => each.name === name))
    return refuse(
      `There is no canary ${codeSpan(name)} in these deployments. There is ${listOr([...new Set(canaries.map((each) => codeSpan(each.name)))])}.`,
    )
  for (const record of records)
    await deps.store.saveGateCommand(record, {
      kind: gate,
      ...(name === undefined ? {} : { name }),
      by: login,
      at,
    })
  const what = gate === 'promote' ? 'let on at its next look' : 'ended at its next look'
  return { reaction: '+1', reply: `The canary is ${what}.`, judgeAgain: 'nothing' }
}

/** The deployment that tells why: a broken one before one that is well. */
function worst(records: readonly DeploymentRecord[]): DeploymentRecord {
  const found = records.find(({ rollout }) => isBroken(rollout.state)) ?? records[0]
  if (found === undefined) throw new RangeError('no deployment')
  return found
}

function describe(done: Proposed, what: string): CommandAnswer {
  switch (done.kind) {
    case 'opened':
      return { reaction: '+1', reply: `#${done.number} would ${escapeText(what)}.`, judgeAgain: 'nothing' }
    case 'known':
      return {
        reaction: '+1',
        reply:
          done.state === 'open'
            ? `#${done.number} is open for that already.`
            : `#${done.number} was for that, and is ${done.state}.`,
        judgeAgain: 'nothing',
      }
    case 'refused':
      return refuse(`Countersign cannot ${escapeText(what)}: ${escapeText(done.reason)}.`)
  }
}
