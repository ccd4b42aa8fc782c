import { blame, type Carrier, type Followed } from './followed.ts'
import { numberAt, textAt } from './json-at.ts'
import type { ObjectReading } from './rollout-state.ts'

/** Phases in which Flagger moves by itself. */
const moving = ['Initializing', 'Progressing', 'Promoting', 'Finalising']

/** Flagger's default of `spec.analysis.interval`. */
const defaultIntervalMs = 60_000

/**
 * What a Flagger `Canary` says. Flux calls every Canary current at once, so this is read besides the `Kustomization` that applied it.
 * https://docs.flagger.app/usage/how-it-works#canary-status
 */
export function readCanary(object: unknown, followed: Followed, carrier: Carrier | undefined): ObjectReading {
  const phase = textAt(object, 'status', 'phase') ?? ''
  const weight = numberAt(object, 'status', 'canaryWeight')
  const since = textAt(object, 'status', 'lastTransitionTime')
  const canary = {
    phase,
    weight,
    failedChecks: numberAt(object, 'status', 'failedChecks'),
    iterations: numberAt(object, 'status', 'iterations'),
  }
  const at = { canary, since }
  if (carrier !== undefined && !carrier.applied)
    return { state: 'waiting', sentence: 'waits for the Kustomization that applies it', ...at }
  if (phase === '') return { state: 'waiting', sentence: 'was not looked at by Flagger yet', ...at }
  if (phase === 'Waiting' || phase === 'WaitingPromotion') {
    const what = phase === 'Waiting' ? 'to start' : 'to be promoted'
    return { state: 'waiting-gate', sentence: `waits for its gate ${what}`, ...at }
  }
  if (moving.includes(phase)) return { state: 'progressing', sentence: progress(phase, weight), ...at }
  const isConverged = isSameSpec(object)
  if (phase === 'Failed') {
    // After a revert to what was promoted last no analysis starts and the phase stays: the specifications tell.
    if (isConverged)
      return {
        state: 'healthy',
        sentence: 'runs what was promoted last, after an attempt that failed',
        ...at,
      }
    const traffic =
      weight === 100 ? '; all traffic is on the canary, because the promotion itself failed' : ''
    const failed = canary.failedChecks === undefined ? '' : ` after ${canary.failedChecks} failed checks`
    const sentence = `failed${failed}${traffic === '' ? '; Flagger went back to what was promoted last' : traffic}`
    return { state: blame(followed, since), sentence, ...at }
  }
  if (phase !== 'Succeeded' && phase !== 'Initialized')
    return { state: 'waiting', sentence: `is in the phase ${phase}`, ...at }
  if (!isConverged) return { state: 'progressing', sentence: 'has not promoted all of it yet', ...at }
  if (isUnseen(object, followed, carrier))
    return { state: 'progressing', sentence: 'was not looked at by Flagger since', ...at }
  return { state: 'healthy', sentence: phase === 'Succeeded' ? 'is promoted' : 'is running', ...at }
}

function progress(phase: string, weight: number | undefined): string {
  const share = weight === undefined ? '' : ` with ${weight} % of the traffic`
  return phase === 'Progressing' ? `is being analysed${share}` : `is ${phase.toLowerCase()}${share}`
}

function isSameSpec(object: unknown): boolean {
  return textAt(object, 'status', 'lastAppliedSpec') === textAt(object, 'status', 'lastPromotedSpec')
}

/** Right after the specification was applied Flagger has not compared yet, and the status still tells of the version before. */
function isUnseen(object: unknown, followed: Followed, carrier: Carrier | undefined): boolean {
  if (followed.unchanged === true || carrier?.appliedAt === undefined) return false
  const appliedAt = Date.parse(carrier.appliedAt)
  const changedAt = Date.parse(textAt(object, 'status', 'lastTransitionTime') ?? '')
  if (changedAt >= appliedAt) return false
  return Date.parse(followed.now) < appliedAt + 2 * intervalOf(object)
}

function intervalOf(object: unknown): number {
  const match = /^(\d{1,6})(s|m|h)$/.exec(textAt(object, 'spec', 'analysis', 'interval') ?? '')
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''] ?? 0
  return match === null ? defaultIntervalMs : Number(match[1]) * unit
}
