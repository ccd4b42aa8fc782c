import { addComment } from './operations/comment.ts'
import { afterRefChanges } from './operations/after-push.ts'
import { announceRun, createRun, createStatus, type RunChange } from './operations/checks.ts'
import { makeGroup } from './operations/make-group.ts'
import type { MergeMethod } from './operations/make-merge.ts'
import { openPull, type NewPull } from './operations/open-pull.ts'
import {
  addMember,
  addTeamMember,
  createTeam,
  installApp,
  setCollaborator,
  setTeamRole,
  deleteTeam,
  removeMember,
  removeTeamMember,
  uninstallApp,
} from './operations/people.ts'
import { dismissReview, editReview, submitReview, type NewReview } from './operations/review-pull.ts'
import { writeFiles, type Writing } from './operations/write-files.ts'
import { runGit } from './git/run-git.ts'
import type { AppManifest } from './app-manifest.ts'
import type { Services } from './services.ts'
import type {
  Account,
  App,
  Comment,
  CommitStatus,
  Installation,
  Organization,
  Protection,
  Pull,
  Repository,
  Review,
  Role,
  Ruleset,
  Team,
} from './world/model.ts'
import { notFound } from './world/refusal.ts'

type Named = string | Account

/**
 * What a test or the demo sets up by function call. Each does what its REST sibling does, events included, without asking for
 * permission. Logins and `owner/name` are given as GitHub shows them.
 */
export class Controls {
  readonly services: Services

  constructor(services: Services) {
    this.services = services
  }

  /** An account by login. */
  account(named: Named): Account {
    const account = typeof named === 'string' ? this.services.world.account(named) : named
    if (account === undefined) throw notFound()
    return account
  }

  /** A repository by `owner/name`. */
  repository(fullName: string): Repository {
    const [owner = '', name = ''] = fullName.split('/')
    const repository = this.services.world.repository(owner, name)
    if (repository === undefined) throw notFound()
    return repository
  }

  pull(fullName: string, number: number): Pull {
    const pull = this.repository(fullName).pulls.get(number)
    if (pull === undefined) throw notFound()
    return pull
  }

  /** A person, with a token for REST, GraphQL and git. */
  createUser(
    login: string,
    options: { name?: string; emails?: readonly string[] } = {},
  ): { account: Account; token: string } {
    const account = this.services.world.addPerson(login, options)
    return { account, token: this.tokenOf(account) }
  }

  /** A further token of a person. */
  tokenOf(person: Named): string {
    return this.services.world.addToken({ kind: 'person', account: this.account(person) }, 'ghp', null).token
  }

  createOrganization(
    login: string,
    options: { owners?: readonly Named[]; members?: readonly Named[]; basePermission?: Role } = {},
  ): Organization {
    const organization = this.services.world.addOrganization(login, null)
    organization.basePermission = options.basePermission ?? 'none'
    for (const each of options.owners ?? []) this.addMember(organization, each, 'admin')
    for (const each of options.members ?? []) this.addMember(organization, each, 'member')
    return organization
  }

  addMember(organization: Organization, person: Named, role: 'admin' | 'member' = 'member'): void {
    addMember(this.services, organization, this.account(person), role, this.account(person))
  }

  createTeam(
    organization: Organization,
    name: string,
    options: { parent?: Team; secret?: boolean; members?: readonly Named[] } = {},
  ): Team {
    const { members = [], ...rest } = options
    const team = createTeam(this.services, organization, name, rest, organization)
    for (const each of members) addTeamMember(this.services, team, this.account(each), 'member', organization)
    return team
  }

  addTeamMember(team: Team, person: Named, role: 'member' | 'maintainer' = 'member'): void {
    addTeamMember(this.services, team, this.account(person), role, team.organization)
  }

  removeTeamMember(team: Team, person: Named): void {
    removeTeamMember(this.services, team, this.account(person), team.organization)
  }

  removeMember(organization: Organization, person: Named): void {
    removeMember(this.services, organization, this.account(person), organization)
  }

  deleteTeam(team: Team): void {
    deleteTeam(this.services, team, team.organization)
  }

  setTeamRole(team: Team, fullName: string, role: Role | null): void {
    setTeamRole(this.services, team, this.repository(fullName), role, team.organization)
  }

  /**
   * A repository, empty or with content: `files` become its first commit, `from` is a git directory, bundle or URL whose
   * branches and tags are taken over.
   */
  async createRepository(
    fullName: string,
    options: {
      private?: boolean
      description?: string
      defaultBranch?: string
      files?: Readonly<Record<string, string>>
      from?: string
      by?: Named
    } = {},
  ): Promise<Repository> {
    const { world, webhooks } = this.services
    const [owner = '', name = ''] = fullName.split('/')
    const { files, from, by, ...rest } = options
    const repository = await world.addRepository(this.account(owner), name, rest)
    const author = by === undefined ? this.#someone(repository) : this.account(by)
    if (from !== undefined) {
      await runGit(repository.git.directory, [
        'fetch',
        '--quiet',
        '--',
        from,
        '+refs/heads/*:refs/heads/*',
        '+refs/tags/*:refs/tags/*',
      ])
      await repository.git.readRefs()
    }
    if (files !== undefined)
      await writeFiles(world, repository, files, { by: author, message: 'Initial commit' })
    webhooks.send({ event: 'repository', action: 'created', payload: {}, sender: author, repository })
    return repository
  }

  #someone(repository: Repository): Account {
    if (repository.owner.type !== 'Organization') return repository.owner
    const [first] = (repository.owner as Organization).members.values()
    return first?.account ?? this.account('web-flow')
  }

  /** A fork, with every branch of its parent. */
  async fork(fullName: string, owner: Named): Promise<Repository> {
    const parent = this.repository(fullName)
    const { private: hidden, defaultBranch, name } = parent
    const fork = await this.services.world.addRepository(this.account(owner), name, {
      private: hidden,
      defaultBranch,
      parent,
    })
    await runGit(fork.git.directory, [
      'fetch',
      '--quiet',
      '--',
      parent.git.directory,
      '+refs/heads/*:refs/heads/*',
    ])
    await fork.git.readRefs()
    return fork
  }

  /** Null removes. */
  setCollaborator(fullName: string, person: Named, role: Role | null): void {
    const repository = this.repository(fullName)
    setCollaborator(this.services, repository, this.account(person), role, repository.owner)
  }

  /** One commit on a branch, made when it does not exist, and everything that a push of it sets off. Returns the commit id. */
  async commit(
    fullName: string,
    files: Readonly<Record<string, string | null>>,
    writing: Omit<Writing, 'by' | 'coAuthors' | 'author' | 'committer'> & {
      by: Named
      coAuthors?: readonly Named[]
      author?: Named
      committer?: Named
    },
  ): Promise<string> {
    const { world } = this.services
    const repository = this.repository(fullName)
    const { by, coAuthors = [], author: wrote, committer, ...rest } = writing
    const author = this.account(by)
    return repository.git.exclusively(async () => {
      const people = coAuthors.map((each) => this.account(each))
      const { before, after, branch } = await writeFiles(world, repository, files, {
        ...rest,
        by: author,
        coAuthors: people,
        ...(wrote === undefined ? {} : { author: this.account(wrote) }),
        ...(committer === undefined ? {} : { committer: this.account(committer) }),
      })
      await afterRefChanges(this.services, repository, author, [
        { ref: `refs/heads/${branch}`, before, after },
      ])
      return after
    })
  }

  openPull(fullName: string, author: Named, wanted: NewPull): Promise<Pull> {
    return openPull(this.services, this.repository(fullName), this.account(author), wanted)
  }

  review(pull: Pull, reviewer: Named, wanted: NewReview): Promise<Review> {
    return submitReview(this.services, pull, this.account(reviewer), wanted)
  }

  /** As whoever can write may on the page, also what somebody else wrote. */
  editReview(review: Review, by: Named, body: string): void {
    editReview(this.services, review, this.account(by), body)
  }

  dismissReview(review: Review, by: Named, message: string): void {
    dismissReview(this.services, review, this.account(by), message)
  }

  comment(pull: Pull, author: Named, body: string): Comment {
    return addComment(this.services, pull, this.account(author), body)
  }

  /** What another system's check says. */
  async check(fullName: string, sha: string, app: App, change: RunChange & { name: string }): Promise<void> {
    await createRun(this.services, this.repository(fullName), app, sha, change)
  }

  /** The merge queue puts pull requests on top of each other and asks for checks of the result. Returns the group's branch. */
  makeGroup(pulls: readonly Pull[], options: { method?: MergeMethod } = {}): Promise<string> {
    return makeGroup(this.services, pulls, options.method ?? 'merge')
  }

  /** Presses *Re-run* on a check run, or one of the buttons that it offers. */
  async pressCheck(fullName: string, runId: number, by: Named, button?: string): Promise<void> {
    const runs = this.repository(fullName).suites.flatMap((suite) => suite.runs)
    const run = runs.find((each) => each.id === runId)
    if (run === undefined) throw notFound()
    const action = button === undefined ? 'rerequested' : 'requested_action'
    await announceRun(this.services, run, action, this.account(by), button)
  }

  async status(
    fullName: string,
    sha: string,
    creator: Named,
    status: Pick<CommitStatus, 'state' | 'context'> & { description?: string },
  ): Promise<void> {
    const made = {
      description: null,
      targetUrl: null,
      app: null,
      ...status,
      sha,
      creator: this.account(creator),
    }
    await createStatus(this.services, this.repository(fullName), made)
  }

  /** Classic protection of a branch; null removes it. Absent parts ask for nothing. */
  protect(fullName: string, branch: string, protection: Partial<Protection> | null): void {
    const { protections } = this.repository(fullName)
    const none: Protection = {
      checks: null,
      reviews: null,
      enforceAdmins: true,
      allowForcePushes: false,
      allowDeletions: false,
      linearHistory: false,
      restrictions: null,
    }
    if (protection === null) protections.delete(branch)
    else protections.set(branch, { ...none, ...protection })
  }

  /** A ruleset for the default branch unless `include` says otherwise. */
  addRuleset(
    fullName: string,
    rules: Ruleset['rules'],
    options: Partial<Pick<Ruleset, 'name' | 'include' | 'exclude' | 'bypassActors' | 'enforcement'>> = {},
  ): Ruleset {
    const { world } = this.services
    const now = world.now()
    const ruleset = world.create('RepositoryRuleset', (identity): Ruleset => ({
      ...identity,
      name: 'rules',
      target: 'branch',
      enforcement: 'active',
      bypassActors: [],
      include: ['~DEFAULT_BRANCH'],
      exclude: [],
      createdAt: now,
      updatedAt: now,
      rules,
      ...options,
    }))
    this.repository(fullName).rulesets.set(ruleset.id, ruleset)
    return ruleset
  }

  /** Registers an App and pings its webhook. `app.privateKey` is what it signs with. */
  registerApp(
    manifest: AppManifest,
    options: { owner: Named; webhookUrl?: string; webhookSecret?: string },
  ): App {
    const { world, webhooks } = this.services
    const app = world.addApp({
      slug: manifest.name,
      owner: this.account(options.owner),
      permissions: { metadata: 'read', ...manifest.permissions },
      events: manifest.events,
      webhookUrl: options.webhookUrl ?? null,
      webhookSecret: options.webhookSecret ?? 'development',
    })
    webhooks.send({ event: 'ping', action: null, payload: this.#pingPayload(app), sender: app.owner, app })
    return app
  }

  #pingPayload(app: App): Record<string, unknown> {
    const hook = {
      type: 'App',
      id: app.id,
      name: 'web',
      active: true,
      events: app.events,
      config: { content_type: 'json', insecure_ssl: '0', secret: '********', url: app.webhookUrl ?? '' },
      app_id: app.id,
      url: `${this.services.world.origin}/api/v3/app/hook`,
      ping_url: `${this.services.world.origin}/api/v3/app/hook/pings`,
      deliveries_url: `${this.services.world.origin}/api/v3/app/hook/deliveries`,
      created_at: app.createdAt,
      updated_at: app.createdAt,
    }
    return { zen: 'Keep it logically awesome.', hook_id: app.id, hook }
  }

  /** On everything of an account, or on the named repositories of it. */
  install(app: App, owner: Named, repositories: readonly string[] | null = null): Installation {
    const account = this.account(owner)
    const chosen = repositories?.map((fullName) => this.repository(fullName)) ?? null
    return installApp(this.services, app, account, chosen, account)
  }

  /** Tokens of the installation stop working at once. */
  uninstall(installation: Installation): void {
    uninstallApp(this.services, installation, installation.account)
  }

  /** What `POST /app/installations/{id}/access_tokens` gives, for one hour. */
  installationToken(installation: Installation): string {
    const { permissions } = installation.app
    return this.services.world.addToken(
      { kind: 'installation', installation, permissions, repositories: null },
      'ghs',
      3_600_000,
    ).token
  }
}
