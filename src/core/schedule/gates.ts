import type { Reason } from '../decision.ts'
import type { EnvironmentFacts } from '../facts.ts'
import { writeDuration } from '../policy/duration.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { windowState } from './open.ts'
import { writeInstant } from './write-instant.ts'

/** What time holds up, and the instants (milliseconds) at which that changes by itself. */
export interface Gates {
  readonly reasons: readonly Reason[]
  readonly changesAt: readonly number[]
}

/** Freeze, promotion and soak, another deployment, windows: everything that passes with time. `now` in milliseconds. */
export function judgeGates(
  policy: EnvironmentPolicy,
  facts: EnvironmentFacts,
  pullNumber: number,
  now: number,
): Gates {
  const gates = [
    judgeFreeze(facts, now),
    judgePromotion(policy, facts, now),
    judgeQueue(policy, facts, pullNumber),
    judgeWindows(policy, now),
  ]
  return {
    reasons: gates.flatMap(({ reasons }) => reasons),
    changesAt: gates.flatMap(({ changesAt }) => changesAt),
  }
}

const nothing: Gates = { reasons: [], changesAt: [] }

/** Frozen up to, not including, its end. An end that cannot be read is none. */
function judgeFreeze({ name, frozen }: EnvironmentFacts, now: number): Gates {
  if (frozen === undefined) return nothing
  const end = frozen.until === undefined ? NaN : Date.parse(frozen.until)
  if (now >= end) return nothing
  const hasEnd = !Number.isNaN(end)
  const until = hasEnd ? ` until ${writeInstant(end, 'UTC', now)}` : ''
  const reason: Reason = {
    code: 'frozen',
    verdict: 'waiting',
    sentence: `frozen by ${frozen.by}${until}: ${frozen.reason}`,
    next: `\`/unfreeze ${name}\` ends the freeze.`,
    ...(hasEnd ? { until: new Date(end).toISOString() } : {}),
  }
  return { reasons: [reason], changesAt: hasEnd ? [end] : [] }
}

/** Healthy in the environment before, for as long as the policy says. A time in the future has age zero. */
function judgePromotion(
  { promotion }: EnvironmentPolicy,
  { healthySince, changesBefore }: EnvironmentFacts,
  now: number,
): Gates {
  if (promotion === null) return nothing
  if (changesBefore === true)
    return {
      reasons: [
        {
          code: 'promotion',
          verdict: 'waiting',
          sentence: `it changes ${promotion.from} too, so it cannot have been healthy there first`,
          next: `Change ${promotion.from} in a pull request of its own, and this environment when that is healthy.`,
        },
      ],
      changesAt: [],
    }
  const since = healthySince === undefined ? NaN : Date.parse(healthySince)
  if (Number.isNaN(since))
    return {
      reasons: [
        {
          code: 'promotion',
          verdict: 'waiting',
          sentence: `waiting until this is healthy in ${promotion.from}`,
          next: `Merge it to ${promotion.from} first.`,
        },
      ],
      changesAt: [],
    }
  const end = since + promotion.soakMs
  if (now >= end) return nothing
  return {
    reasons: [
      {
        code: 'soak',
        verdict: 'waiting',
        sentence: `healthy in ${promotion.from} for ${writeDuration(Math.max(0, now - since))} of ${writeDuration(promotion.soakMs)}`,
        until: new Date(end).toISOString(),
      },
    ],
    changesAt: [end],
  }
}

function judgeQueue(
  { merge }: EnvironmentPolicy,
  { deploying, askedBefore = [] }: EnvironmentFacts,
  pullNumber: number,
): Gates {
  if (deploying === undefined || deploying === pullNumber || merge.queue === 'parallel') return nothing
  return {
    reasons: [
      {
        code: 'deploying',
        verdict: 'waiting',
        sentence: `waiting for the deployment of #${deploying} to end${queueWords(askedBefore)}`,
      },
    ],
    changesAt: [],
  }
}

/** At most three by name. */
function queueWords(numbers: readonly number[]): string {
  if (numbers.length === 0) return ''
  const named = numbers.slice(0, 3).map((each) => `#${each}`)
  const more = numbers.length > named.length ? ` and ${numbers.length - named.length} more` : ''
  return `; ${numbers.length} asked before: ${named.join(', ')}${more}`
}

function judgeWindows({ windows }: EnvironmentPolicy, now: number): Gates {
  const { open, deniedBy, changesAt } = windowState(windows, now)
  const changes = changesAt === undefined ? [] : [changesAt]
  if (open) return { reasons: [], changesAt: changes }
  const timeZone = (deniedBy ?? windows.find(({ effect }) => effect === 'allow'))?.timeZone ?? 'UTC'
  const why = deniedBy?.reason ?? deniedBy?.text
  const opens =
    changesAt === undefined ? 'no window opens again' : `opens ${writeInstant(changesAt, timeZone, now)}`
  const reason: Reason = {
    code: 'window',
    verdict: 'waiting',
    sentence: `waiting for the window (${why === undefined ? '' : `${why}; `}${opens})`,
    ...(changesAt === undefined ? {} : { until: new Date(changesAt).toISOString() }),
  }
  return { reasons: [reason], changesAt: changes }
}
