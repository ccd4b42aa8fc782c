import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GitRepository } from '../git/git-repository.ts'
import type { Account, Actor, App, Installation, Organization, Repository, Team } from './model.ts'
import { invalidField } from './refusal.ts'

/** How ids of GraphQL nodes begin. The rest is the database id, so that a node can be found and read by eye. */
const prefixes = {
  User: 'U',
  Bot: 'BOT',
  Organization: 'O',
  Team: 'T',
  App: 'A',
  Installation: 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u',
  Repository: 'R',
  PullRequest: 'PR',
  Issue: 'I',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  Label: 'LA',
  Reaction: 'REA',
  CheckSuite: 'CS',
  CheckRun: 'CR',
  StatusContext: 'SC',
  Deployment: 'DE',
  DeploymentStatus: 'DES',
  RepositoryRuleset: 'RRS',
  TimelineItem: 'TI',
} as const
export type NodeType = keyof typeof prefixes

export interface Identity {
  readonly id: number
  readonly nodeId: string
}

export interface WorldOptions {
  readonly directory: string
  /** The one source of time. */
  readonly clock: () => Date
}

interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

const keyPairs: KeyPair[] = []

/** The key of the n-th App of a GitHub. Making one takes a while, so several GitHubs in one process use the same. */
function keyPairAt(index: number): KeyPair {
  while (keyPairs.length <= index)
    keyPairs.push(
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      }),
    )
  return keyPairs[index] ?? keyPairAt(index)
}

/** Everything that exists on this GitHub, found by the names people use. Names are compared without case. */
export class World {
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  origin = ''
  readonly directory: string
  readonly clock: () => Date
  readonly accounts = new Map<string, Account>()
  readonly repositories = new Map<string, Repository>()
  readonly apps = new Map<number, App>()
  readonly installations = new Map<number, Installation>()
  readonly tokens = new Map<string, { readonly actor: Actor; readonly expiresAt: number | null }>()
  /** What this GitHub was asked, or answered itself, against GitHub's own descriptions. Tests expect none. */
  readonly violations: string[] = []
  readonly nodes = new Map<string, { readonly type: NodeType; readonly value: unknown }>()
  #lastId = 1000

  constructor(options: WorldOptions) {
    this.directory = options.directory
    this.clock = options.clock
    mkdirSync(join(options.directory, 'repositories'), { recursive: true })
  }

  /** Now, as GitHub writes it: UTC, whole seconds. */
  now(): string {
    return this.clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
  }

  create<Value>(type: NodeType, build: (identity: Identity) => Value): Value {
    const id = ++this.#lastId
    const nodeId = `${prefixes[type]}_${id}`
    const value = build({ id, nodeId })
    this.nodes.set(nodeId, { type, value })
    return value
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase())
  }

  organization(login: string): Organization | undefined {
    const account = this.account(login)
    return account?.type === 'Organization' ? (account as Organization) : undefined
  }

  repository(owner: string, name: string): Repository | undefined {
    return this.repositories.get(`${owner}/${name}`.toLowerCase())
  }

  repositoriesOf(account: Account): Repository[] {
    return [...this.repositories.values()].filter((repository) => repository.owner === account)
  }

  #addAccount<Kind extends Account>(
    type: Account['type'],
    login: string,
    extra: (base: Account) => Kind,
  ): Kind {
    if (this.account(login) !== undefined) throw invalidField(type, 'login', 'already_exists')
    const account = this.create(type, (identity) =>
      extra({ ...identity, type, login, name: null, emails: new Set<string>(), createdAt: this.now() }),
    )
    const host = 'users.noreply.github.com'
    account.emails.add(`${login}@${host}`.toLowerCase()).add(`${account.id}+${login}@${host}`.toLowerCase())
    this.accounts.set(login.toLowerCase(), account)
    return account
  }

  addPerson(login: string, options: { name?: string | null; emails?: readonly string[] } = {}): Account {
    const account = this.#addAccount('User', login, (base) => base)
    account.name = options.name ?? null
    for (const email of options.emails ?? []) account.emails.add(email.toLowerCase())
    return account
  }

  addBot(slug: string): Account {
    return this.#addAccount('Bot', `${slug}[bot]`, (base) => base)
  }

  addOrganization(login: string, owner: Account | null): Organization {
    const organization = this.#addAccount('Organization', login, (base): Organization => ({
      ...base,
      type: 'Organization',
      members: new Map(),
      teams: new Map(),
      basePermission: 'none',
    }))
    if (owner !== null) organization.members.set(owner.id, { account: owner, role: 'admin' })
    return organization
  }

  addToken(
    actor: Actor,
    prefix: 'ghp' | 'ghs',
    lifetime: number | null,
  ): { token: string; expiresAt: number | null } {
    const token = `${prefix}_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`
    const expiresAt = lifetime === null ? null : this.clock().getTime() + lifetime
    this.tokens.set(token, { actor, expiresAt })
    return { token, expiresAt }
  }

  addTeam(
    organization: Organization,
    name: string,
    options: { parent?: Team | null; secret?: boolean } = {},
  ): Team {
    const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    if (organization.teams.has(slug)) throw invalidField('Team', 'name', 'already_exists')
    const team = this.create('Team', (identity): Team => ({
      ...identity,
      organization,
      slug,
      name,
      description: null,
      privacy: options.secret === true ? 'secret' : 'closed',
      parent: options.parent ?? null,
      members: new Map(),
      repositories: new Map(),
      createdAt: this.now(),
    }))
    organization.teams.set(slug, team)
    return team
  }

  addApp(options: {
    slug: string
    owner: Account
    permissions: App['permissions']
    events: readonly string[]
    webhookUrl: string | null
    webhookSecret: string
  }): App {
    const { publicKey, privateKey } = keyPairAt(this.apps.size)
    const bot = this.addBot(options.slug)
    const app = this.create('App', (identity): App => ({
      ...identity,
      ...options,
      name: options.slug,
      bot,
      publicKey,
      privateKey,
      createdAt: this.now(),
    }))
    this.apps.set(app.id, app)
    return app
  }

  async addRepository(
    owner: Account,
    name: string,
    options: {
      private?: boolean
      description?: string | null
      defaultBranch?: string
      parent?: Repository | null
    } = {},
  ): Promise<Repository> {
    if (this.repository(owner.login, name) !== undefined)
      throw invalidField('Repository', 'name', 'custom', 'name already exists on this account')
    const identity = this.create('Repository', (made) => made)
    const defaultBranch = options.defaultBranch ?? 'main'
    const now = this.now()
    const repository: Repository = {
      ...identity,
      owner,
      name,
      fullName: `${owner.login}/${name}`,
      private: options.private ?? false,
      description: options.description ?? null,
      defaultBranch,
      parent: options.parent ?? null,
      git: await GitRepository.create(
        join(this.directory, 'repositories', `${identity.id}.git`),
        defaultBranch,
      ),
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
      collaborators: new Map(),
      labels: new Map(),
      pulls: new Map(),
      suites: [],
      statuses: [],
      deployments: [],
      protections: new Map(),
      rulesets: new Map(),
    }
    this.nodes.set(identity.nodeId, { type: 'Repository', value: repository })
    this.repositories.set(repository.fullName.toLowerCase(), repository)
    return repository
  }

  /** The account whose e-mail a commit carries; null when nobody's. */
  accountOfEmail(email: string): Account | null {
    const wanted = email.toLowerCase()
    if (wanted === 'noreply@github.com') return this.account('web-flow') ?? null
    for (const account of this.accounts.values()) if (account.emails.has(wanted)) return account
    return null
  }
}
