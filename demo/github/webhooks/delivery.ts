import type { Account, App, Organization, Repository } from '../world/model.ts'

/** One attempt to hand an event to an App. https://docs.github.com/en/rest/apps/webhooks */
export interface Delivery {
  readonly id: number
  /** `X-GitHub-Delivery`; a redelivery has the one of its original. */
  readonly guid: string
  readonly app: App
  readonly event: string
  readonly action: string | null
  readonly installationId: number | null
  readonly repositoryId: number | null
  readonly redelivery: boolean
  /** The exact text that is signed and sent. */
  readonly payload: string
  /** ISO 8601; when it was sent, or, until then, when it was due. */
  deliveredAt: string
  state: 'held' | 'queued' | 'delivered' | 'failed' | 'dropped'
  /** Seconds. */
  duration: number
  requestHeaders: Readonly<Record<string, string>>
  response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  } | null
  /** Why there is no response. */
  problem: string | null
}

/** An event that happened, before it is known who hears of it. */
export interface Happening {
  readonly event: string
  readonly action: string | null
  /** Without `action`, `sender`, `repository`, `organization` and `installation`, which are added for each receiver. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly sender: Account
  readonly repository?: Repository
  readonly organization?: Organization
  /** Only this App hears of it. */
  readonly app?: App
}
