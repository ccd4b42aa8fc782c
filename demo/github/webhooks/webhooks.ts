import { createHmac, randomUUID } from 'node:crypto'
import { viewAccount, viewOrganization } from '../views/accounts.ts'
import { viewRepository } from '../views/repositories.ts'
import type { App, Installation } from '../world/model.ts'
import { installationCovers, isGranted } from '../world/people.ts'
import type { World } from '../world/world.ts'
import type { Delivery, Happening } from './delivery.ts'
import { payloadProblems } from './validate-payload.ts'

/** An App hears of an event only with this permission. https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const neededPermission: Readonly<Record<string, string>> = {
  branch_protection_rule: 'administration:read',
  check_run: 'checks:read',
  check_suite: 'checks:read',
  deployment: 'deployments:read',
  deployment_status: 'deployments:read',
  issue_comment: 'issues:read',
  member: 'members:read',
  membership: 'members:read',
  merge_group: 'merge_queues:read',
  organization: 'members:read',
  pull_request: 'pull_requests:read',
  pull_request_review: 'pull_requests:read',
  push: 'contents:read',
  repository: 'metadata:read',
  repository_ruleset: 'administration:read',
  status: 'statuses:read',
  team: 'members:read',
  team_add: 'members:read',
}
/** Every App hears of these. */
const always = new Set(['ping', 'installation', 'installation_repositories'])

type Matches = (delivery: Delivery) => boolean
type Fault = { readonly matches: Matches; times: number } & (
  { readonly kind: 'drop' | 'double' } | { readonly kind: 'delay'; readonly milliseconds: number }
)

/** Writes, signs, sends and records deliveries: in order for each App, unless told otherwise. */
export class Webhooks {
  readonly deliveries: Delivery[] = []
  readonly #world: World
  readonly #queues = new Map<number, Promise<void>>()
  readonly #faults: Fault[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #closing = new AbortController()
  #holding = false
  #pending = 0
  #idle: (() => void)[] = []

  constructor(world: World) {
    this.#world = world
  }

  /** Tells every App that subscribed to it, may see it and is installed there. */
  send(happening: Happening): void {
    for (const app of this.#world.apps.values()) {
      if (happening.app !== undefined && happening.app !== app) continue
      const installation = this.#hears(app, happening)
      if (installation !== undefined) this.#write(app, installation, happening)
    }
  }

  #hears(app: App, { event, repository, organization }: Happening): Installation | null | undefined {
    if (app.webhookUrl === null) return undefined
    const installations = [...this.#world.installations.values()].filter((each) => each.app === app)
    const installation = installations.find((each) =>
      repository !== undefined ? installationCovers(each, repository) : each.account === organization,
    )
    if (always.has(event)) return installation ?? null
    if (installation === undefined || installation.suspendedAt !== null || !app.events.includes(event))
      return undefined
    return isGranted(app.permissions, neededPermission[event] ?? 'unknown:read') ? installation : undefined
  }

  #write(app: App, installation: Installation | null, happening: Happening): void {
    const { event, action, repository, organization } = happening
    const owner =
      organization ??
      (repository?.owner.type === 'Organization'
        ? this.#world.organization(repository.owner.login)
        : undefined)
    const named = event === 'installation' || event === 'installation_repositories' || event === 'ping'
    const payload = {
      ...(action === null ? {} : { action }),
      ...happening.payload,
      ...(repository === undefined ? {} : { repository: viewRepository(this.#world, repository) }),
      ...(owner === undefined || named ? {} : { organization: viewOrganization(this.#world, owner) }),
      ...(installation === null || named
        ? {}
        : { installation: { id: installation.id, node_id: installation.nodeId } }),
      ...(event === 'ping' ? {} : { sender: viewAccount(this.#world, happening.sender) }),
    }
    for (const problem of payloadProblems(event, action, payload))
      this.#world.violations.push(`webhook payload: ${problem}`)
    this.#enqueue({
      ...this.#identity(app),
      event,
      action,
      installationId: installation?.id ?? null,
      repositoryId: repository?.id ?? null,
      payload: JSON.stringify(payload),
    })
  }

  #identity(app: App): Omit<Delivery, 'event' | 'action' | 'installationId' | 'repositoryId' | 'payload'> {
    return {
      id: this.deliveries.length + 1,
      guid: randomUUID(),
      app,
      redelivery: false,
      deliveredAt: this.#world.now(),
      state: 'queued',
      duration: 0,
      requestHeaders: {},
      response: null,
      problem: null,
    }
  }

  #takeFault(delivery: Delivery): Fault | undefined {
    const fault = this.#faults.find((each) => each.times > 0 && each.matches(delivery))
    if (fault !== undefined) fault.times -= 1
    return fault
  }

  #enqueue(delivery: Delivery): void {
    this.deliveries.push(delivery)
    const fault = this.#takeFault(delivery)
    if (fault?.kind === 'drop') {
      delivery.state = 'dropped'
      return
    }
    if (this.#holding) {
      delivery.state = 'held'
      return
    }
    if (fault?.kind === 'delay') {
      this.#pending += 1
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#post(delivery)
        this.#settle()
      }, fault.milliseconds)
      this.#timers.add(timer)
      return
    }
    this.#post(delivery)
    if (fault?.kind === 'double') this.#post(delivery)
  }

  #post(delivery: Delivery): void {
    this.#pending += 1
    const before = this.#queues.get(delivery.app.id) ?? Promise.resolve()
    const turn = before.then(() => this.#deliver(delivery)).finally(() => this.#settle())
    this.#queues.set(delivery.app.id, turn)
  }

  #settle(): void {
    this.#pending -= 1
    if (this.#pending > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { app, payload } = delivery
    const started = performance.now()
    delivery.deliveredAt = this.#world.now()
    delivery.requestHeaders = {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/local',
      'x-github-delivery': delivery.guid,
      'x-github-event': delivery.event,
      'x-github-hook-id': String(app.id),
      'x-github-hook-installation-target-id': String(app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${createHmac('sha256', app.webhookSecret).update(payload).digest('hex')}`,
    }
    try {
      const response = await fetch(app.webhookUrl ?? '', {
        method: 'POST',
        body: payload,
        headers: delivery.requestHeaders,
        signal: AbortSignal.any([AbortSignal.timeout(10_000), this.#closing.signal]),
      })
      const body = await response.text()
      delivery.response = { status: response.status, headers: Object.fromEntries(response.headers), body }
      delivery.state = response.ok ? 'delivered' : 'failed'
      delivery.problem = null
    } catch (thrown) {
      delivery.state = 'failed'
      delivery.problem = thrown instanceof Error ? thrown.message : String(thrown)
    }
    delivery.duration = Math.round(performance.now() - started) / 1000
  }

  /** Sends one again, with the same guid and payload, as a new attempt. */
  redeliver(id: number): Delivery | undefined {
    const original = this.deliveries.find((delivery) => delivery.id === id)
    if (original === undefined) return undefined
    const { event, action, installationId, repositoryId, payload, guid, app } = original
    const again = {
      ...this.#identity(app),
      event,
      action,
      installationId,
      repositoryId,
      payload,
      guid,
      redelivery: true,
    }
    this.#enqueue(again)
    return again
  }

  /** The next deliveries that match get lost. */
  drop(matches: Matches = () => true, times = 1): void {
    this.#faults.push({ kind: 'drop', matches, times })
  }

  /** The next deliveries that match arrive twice. */
  double(matches: Matches = () => true, times = 1): void {
    this.#faults.push({ kind: 'double', matches, times })
  }

  /** The next deliveries that match arrive late; later ones overtake them. */
  delay(milliseconds: number, matches: Matches = () => true, times = 1): void {
    this.#faults.push({ kind: 'delay', milliseconds, matches, times })
  }

  /** Keeps everything back until `flush`. */
  hold(): void {
    this.#holding = true
  }

  /** Ends `hold` and sends what was kept back, in the order that `reorder` gives. */
  flush(reorder: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
    this.#holding = false
    for (const delivery of reorder(this.deliveries.filter(({ state }) => state === 'held'))) {
      delivery.state = 'queued'
      this.#post(delivery)
    }
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#closing.abort()
    await Promise.allSettled(this.#queues.values())
  }
}
