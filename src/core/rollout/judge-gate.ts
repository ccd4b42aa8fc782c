import type { EnvironmentPolicy, GateKind } from '../policy/policy.ts'
import { windowState } from '../schedule/open.ts'
import { hasEnded, isBroken } from './rollout-state.ts'
import type { Rollout } from './rollout.ts'

/** What somebody said of the canary of a deployment. */
export interface GateCommand {
  readonly kind: 'promote' | 'rollback'
  /** Name of the canary; absent: whichever the deployment has. */
  readonly name?: string | undefined
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

export interface GateAnswer {
  readonly open: boolean
  /** A sentence for the log of whoever asks. */
  readonly reason: string
}

/** What a gate depends on; `undefined`: no followed deployment has this canary. */
export interface GateFacts {
  readonly environment: EnvironmentPolicy
  readonly pull: number
  readonly rollout: Rollout
  /** The canary was seen with the change of this deployment in it: before that it may still be of the one before. */
  readonly applied: boolean
  readonly frozen: boolean
  /** Those of the deployment, oldest first. */
  readonly commands: readonly GateCommand[]
}

/**
 * Whether a canary may go on (`start`, `traffic`, `promotion`), or has to go back (`rollback`, where open means yes). What is not known
 * keeps every gate closed: nothing goes on, and nothing is taken back by mistake.
 */
export function judgeGate(
  gate: GateKind | 'rollback',
  name: string,
  facts: GateFacts | undefined,
  now: string,
): GateAnswer {
  if (facts === undefined) return closed('no deployment that Countersign follows has this canary')
  const { environment, pull, rollout, applied, commands } = facts
  // What was said of a deployment holds for its own canary only, not for one that begins after it.
  const isCurrent = applied && !hasEnded(rollout.state)
  const said = isCurrent
    ? commands.findLast((each) => each.name === undefined || each.name === name)
    : undefined
  if (gate === 'rollback')
    return said?.kind === 'rollback'
      ? { open: true, reason: `${said.by} asked for it on #${pull}` }
      : closed('nobody asked for a rollback')
  if (said?.kind === 'rollback') return closed(`${said.by} asked for a rollback on #${pull}`)
  if (isBroken(rollout.state)) return closed(`the deployment of #${pull} is not well: ${rollout.sentence}`)
  const rule = environment.deploy?.gates[gate]
  switch (rule) {
    case undefined:
      return closed('the policy does not follow deployments of this environment')
    case 'open':
      return { open: true, reason: 'the policy keeps this gate open' }
    case 'command':
      if (!isCurrent)
        return closed(applied ? `the deployment of #${pull} has ended` : `was not seen with #${pull} yet`)
      return said?.kind === 'promote'
        ? { open: true, reason: `${said.by} let it on at #${pull}` }
        : closed(`waits for /promote canary on #${pull}`)
    case 'window': {
      if (facts.frozen) return closed(`${environment.name} is frozen`)
      const { open, changesAt } = windowState(environment.windows, Date.parse(now))
      if (open) return { open: true, reason: 'the window is open' }
      const when = changesAt === undefined ? '' : ` until ${new Date(changesAt).toISOString()}`
      return closed(`the window of ${environment.name} is closed${when}`)
    }
  }
}

function closed(reason: string): GateAnswer {
  return { open: false, reason }
}

/** The deployment that a canary is asked about: the newest that moves, else the newest. */
export function chooseDeployment<Record extends { readonly rollout: Rollout }>(
  newestFirst: readonly Record[],
): Record | undefined {
  return newestFirst.find(({ rollout }) => !hasEnded(rollout.state)) ?? newestFirst[0]
}
