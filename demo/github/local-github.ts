import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Controls } from './controls.ts'
import { Faults } from './faults.ts'
import { listen } from './http-server.ts'
import type { LoggedRequest } from './request-log.ts'
import { RateLimits, type Resource } from './rest/rate-limit.ts'
import type { Services } from './services.ts'
import { Webhooks } from './webhooks/webhooks.ts'
import { World } from './world/world.ts'

export interface LocalGitHubOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Where the bare repositories go; a directory of its own, removed at the end, when absent. */
  readonly directory?: string
  readonly clock?: () => Date
  /** Requests (points) an hour for each actor; 5,000 when absent. */
  readonly limits?: Partial<Record<Resource, number>>
}

/** A GitHub on this machine. `controls` does by function call what people do by clicking; everything else is HTTP and git. */
export interface LocalGitHub extends Controls {
  /** `http://127.0.0.1:PORT`: the pages, and what git clones from. */
  readonly url: string
  /** `http://127.0.0.1:PORT/api/v3`. */
  readonly apiUrl: string
  /** `127.0.0.1:PORT`: for GHE_HOST, with GHE_PROTOCOL http. */
  readonly host: string
  readonly requests: LoggedRequest[]
  readonly faults: Faults
  readonly webhooks: Webhooks
  /** What did not match GitHub's descriptions, on either side. A test that ends with one in here has found something. */
  readonly violations: string[]
  /** How many of the requests so far match. */
  count(matches: (request: LoggedRequest) => boolean): number
  close(): Promise<void>
}

/** Starts it on 127.0.0.1. */
export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'local-github-')))
  const world = new World({ directory, clock: options.clock ?? (() => new Date()) })
  world.addPerson('web-flow', { name: 'GitHub', emails: ['noreply@github.com'] })
  const webhooks = new Webhooks(world)
  const services: Services = { world, webhooks, rateLimits: new RateLimits(world, options.limits ?? {}) }
  const faults = new Faults()
  const requests: LoggedRequest[] = []
  const server = await listen({ ...services, faults, requests }, options.port ?? 0)
  world.origin = `http://127.0.0.1:${server.port}`
  return Object.assign(new Controls(services), {
    url: world.origin,
    apiUrl: `${world.origin}/api/v3`,
    host: `127.0.0.1:${server.port}`,
    requests,
    faults,
    webhooks,
    violations: world.violations,
    count: (matches: (request: LoggedRequest) => boolean) => requests.filter(matches).length,
    close: async () => {
      await webhooks.close()
      await server.close()
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
    },
  })
}
