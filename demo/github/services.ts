import type { RateLimits } from './rest/rate-limit.ts'
import type { Webhooks } from './webhooks/webhooks.ts'
import type { World } from './world/world.ts'

/** What every operation needs: the state, and where to announce what happened. */
export interface Services {
  readonly world: World
  readonly webhooks: Webhooks
  readonly rateLimits: RateLimits
}
