import type { Actor } from '../world/model.ts'
import type { World } from '../world/world.ts'
import { ok, route, type Route } from './route.ts'

export type Resource = 'core' | 'graphql'
export interface Window {
  readonly limit: number
  readonly used: number
  /** Seconds since 1970. */
  readonly reset: number
}

const keyOf = (actor: Actor): string =>
  actor.kind === 'installation'
    ? `installation ${actor.installation.id}`
    : actor.kind === 'app'
      ? `app ${actor.app.id}`
      : actor.kind === 'person'
        ? `person ${actor.account.id}`
        : 'anonymous'

/** Counts requests (points, for GraphQL) for each actor and hour. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export class RateLimits {
  readonly limits: Record<Resource, number>
  readonly #world: World
  readonly #windows = new Map<string, { used: number; reset: number }>()

  constructor(world: World, limits: Partial<Record<Resource, number>>) {
    this.#world = world
    this.limits = { core: limits.core ?? 5000, graphql: limits.graphql ?? 5000 }
  }

  #window(actor: Actor, resource: Resource): { used: number; reset: number } {
    const key = `${keyOf(actor)} ${resource}`
    const now = this.#world.clock().getTime() / 1000
    const known = this.#windows.get(key)
    if (known !== undefined && known.reset > now) return known
    const fresh = { used: 0, reset: Math.floor(now) + 3600 }
    this.#windows.set(key, fresh)
    return fresh
  }

  read(actor: Actor, resource: Resource): Window {
    const { used, reset } = this.#window(actor, resource)
    const limit = actor.kind === 'anonymous' ? 60 : this.limits[resource]
    return { limit, used: Math.min(used, limit), reset }
  }

  isExhausted(actor: Actor, resource: Resource): boolean {
    const { limit, used } = this.read(actor, resource)
    return used >= limit
  }

  charge(actor: Actor, resource: Resource, points: number): void {
    this.#window(actor, resource).used += points
  }

  headers(actor: Actor, resource: Resource): Record<string, string> {
    const { limit, used, reset } = this.read(actor, resource)
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(limit - used),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    }
  }
}

const view = ({ limit, used, reset }: Window): unknown => ({ limit, used, remaining: limit - used, reset })

export const rateLimit: readonly Route[] = [
  route('GET', '/rate_limit', (call) => {
    const core = view(call.rateLimits.read(call.actor, 'core'))
    const graphql = view(call.rateLimits.read(call.actor, 'graphql'))
    const search = { limit: 30, used: 0, remaining: 30, reset: 0 }
    return ok({ resources: { core, graphql, search }, rate: core })
  }),
]
