import type { Tick } from '../core/commands/parse-ticks.ts'
import type { MergeGroup } from '../core/due.ts'
import type { PullKey } from './store.ts'

/** A pull request that is to be judged, with the installation whose token may read it. */
export interface DuePull {
  readonly key: PullKey
  readonly installation: number
}

/** A slash command in a comment, on its way to be executed. */
export interface DueCommand extends DuePull {
  readonly commentId: number
  readonly login: string
  readonly body: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** An environment of a repository whose deployments are to be looked at. */
export interface DueRollout {
  readonly repository: string
  readonly environment: string
  readonly installation: number
}

/** Boxes of our comment that somebody ticked or unticked. */
export interface DueTicks extends DuePull {
  readonly login: string
  /** ISO 8601. */
  readonly at: string
  readonly ticks: readonly Tick[]
}

/** Commits of a merge queue that are to be judged. */
export interface DueGroup extends MergeGroup {
  readonly repository: string
  readonly installation: number
}

export interface QueueHandlers {
  judge(due: DuePull): Promise<void>
  command(due: DueCommand): Promise<void>
  /** Looks where the deployments of an environment are. */
  follow(due: DueRollout): Promise<void>
  ticks(due: DueTicks): Promise<void>
  group(due: DueGroup): Promise<void>
  /** Repairs what lost deliveries left behind. */
  sweep(): Promise<void>
}

/**
 * Work to be done, durable. A pull request is judged by one worker at a time over all replicas, and being marked due any
 * number of times while it waits costs one judgement. A handler that throws is tried again with growing pauses.
 */
export interface Queue {
  /** Judge soon. Durable once returned. */
  markDue(due: DuePull): Promise<void>
  /** Judge at a time, if nothing happens before. A later call for the same pull request replaces the time. */
  markDueAt(due: DuePull, at: string): Promise<void>
  /** Execute a command soon. The same comment waits once; sent again while it is executed it is handed over again, and the store knows that it is done. */
  sendCommand(due: DueCommand): Promise<void>
  /** Look at the deployments of an environment soon. Coalesced, one at a time for each environment. */
  follow(due: DueRollout): Promise<void>
  /** Look at them at a time, if nothing happens before. A later call replaces the time. */
  followAt(due: DueRollout, at: string): Promise<void>
  /** Carry out soon what boxes ask. */
  sendTicks(due: DueTicks): Promise<void>
  /** Judge soon what a merge queue would merge. The same commits wait once; sent again while they are judged they are judged again, which changes nothing. */
  sendGroup(due: DueGroup): Promise<void>
  /** Sweep soon, besides the periodic times. */
  sendSweep(): Promise<void>
  /** Starts the workers and the periodic sweep. */
  start(handlers: QueueHandlers): Promise<void>
  /** Stops taking work, lets running handlers end, and returns. */
  stop(): Promise<void>
}
