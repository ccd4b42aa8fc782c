import { isBroken } from '../rollout/rollout-state.ts'
import type { Rollout } from '../rollout/rollout.ts'

/** What people can do about a deployment, as Markdown; undefined where nothing is to be done. */
export function nextStep(
  { state, objects }: Rollout,
  proposal: { readonly kind: 'promotion' | 'rollback'; readonly number: number } | undefined,
): string | undefined {
  if (proposal?.kind === 'rollback') return `#${proposal.number} takes it back.`
  if (state === 'waiting-gate') {
    const canary = objects.find((each) => each.state === 'waiting-gate')
    const name = canary === undefined ? '' : ` ${canary.name}`
    return `\`/promote canary${name}\` lets it on, \`/rollback canary${name}\` ends it.`
  }
  if (isBroken(state)) return '`/rollback because …` opens the pull request that takes it back.'
  if (state === 'timed-out')
    return 'Look at the deployer; `/rollback because …` opens the pull request that takes it back.'
  return undefined
}
