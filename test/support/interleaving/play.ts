import type { Pull, Team } from '../../../demo/github/world/model.ts'
import type { Journey } from '../start-journey.ts'
import type { Moment, Race, Scenario } from './scenario.ts'
import { Witness } from './witness.ts'

const policyFile = '.github/countersign.yml'
const manifest = 'production/deployment.yaml'
const policyOf = (team: string, count: number): string => `version: 1
environments:
  production:
    targets: [production]
    protected: true
    approvals: [{ name: release managers, changes: [image], count: ${count}, from: [team:acme/${team}] }]
    merge: { when: command, method: squash }
policy-changes: { count: 1, from: [user:alex] }
`
/** A plain manifest: rendering it starts no program, so that a play is quick. */
const manifestOf = (tag: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: frontend } }
  template:
    metadata: { labels: { app: frontend } }
    spec: { containers: [{ name: frontend, image: 'ghcr.io/acme/frontend:${tag}' }] }
`
/** The other branch that a pull request is pointed at and back. */
const lax = 'other'
/** Who has answered every command and then does nothing for this long has nothing to do. */
const quietMs = 1_500
/** What is to be expected is waited for this long, on however slow a machine. */
const patienceMs = 60_000
/** Commands whose deliveries got lost are never answered. */
const lostMs = 5_000

export interface Played {
  readonly merged: boolean
  readonly wrongs: readonly string[]
}

interface Play {
  readonly pull: Pull
  readonly witness: Witness
  readonly triggers: { readonly moment: Exclude<Moment, string>; left: number; readonly act: () => void }[]
  /** Commands that were given and have not read the pull request for certain; those that were not answered. */
  commands: number
  unanswered: number
  /** The head when a merge was last asked for. */
  askedFor: string | undefined
  lastRequestAt: number
}

/** Plays scenarios one after the other, each with a pull request of its own, in a repository and with a team that nobody else uses. */
export class Player {
  readonly #journey: Journey
  readonly #name: string
  readonly #team: Team
  #count = 0
  #play: Play | undefined

  private constructor(journey: Journey, name: string, team: Team) {
    this.#journey = journey
    this.#name = name
    this.#team = team
  }

  static async start(journey: Journey, name: string): Promise<Player> {
    const { github } = journey
    const acme = github.services.world.organization('acme')
    if (acme === undefined) throw new Error('there is no organisation')
    const team = github.createTeam(acme, `release-${name}`, { members: ['dana', 'lee'] })
    const files = { [policyFile]: policyOf(`release-${name}`, 1), [manifest]: manifestOf('1.0.0') }
    const player = new Player(journey, name, team)
    await github.createRepository(`acme/${name}`, { files, by: 'alex' })
    for (const who of ['mallory', 'dana', 'lee']) github.setCollaborator(`acme/${name}`, who, 'write')
    github.setCollaborator(`acme/${name}`, 'alex', 'admin')
    await player.#commit({ 'other.txt': 'x' }, 'alex', lax)
    // Looks at every request before it is answered, and holds those that something races with.
    github.faults.add({
      kind: 'slow',
      milliseconds: 30,
      times: Number.POSITIVE_INFINITY,
      when: (request) => player.#seesAndHolds(request),
    })
    return player
  }

  async play(scenario: Scenario): Promise<Played> {
    const { github } = this.#journey
    const number = (this.#count += 1)
    const tag = `8.${number}.0`
    const branch = `play-${number}`
    await this.#commit({ [manifest]: manifestOf(tag) }, scenario.danaContributes ? 'dana' : 'mallory', branch)
    const pull = await github.openPull(`acme/${this.#name}`, 'mallory', {
      title: branch,
      head: branch,
      base: 'main',
    })
    const witness = new Witness(pull, () =>
      [...this.#team.members.values()].map(({ account }) => account.login),
    )
    witness.images.set(pull.headSha, tag)
    if (scenario.danaContributes) witness.contributors.add('dana')
    witness.note()
    const play: Play = {
      pull,
      witness,
      triggers: [],
      commands: 0,
      unanswered: 0,
      askedFor: undefined,
      lastRequestAt: Date.now(),
    }
    this.#play = play
    this.#disturb(scenario.deliveries)
    for (const who of scenario.signed) await this.#act({ kind: 'approve', who })
    for (const { race, moment } of scenario.races) if (moment === 'before') await this.#act(race)
    for (const { race, moment } of scenario.races)
      if (typeof moment !== 'string')
        play.triggers.push({ moment, left: moment.nth, act: () => void this.#act(race) })
    for (const who of scenario.askers) await this.#act({ kind: 'ask', who })
    for (const { race, moment } of scenario.races) if (moment === 'after') await this.#act(race)
    await this.#settle(play, scenario.deliveries === 'dropped')
    // A delivery that got lost is what the sweep is for; here somebody asks again.
    if (pull.mergedAt === null && scenario.deliveries === 'dropped') {
      await this.#act({ kind: 'ask', who: 'alex' })
      await this.#settle(play, true)
    }
    const merged = pull.mergedAt !== null
    const wrongs = merged ? witness.wrongs() : []
    await this.#tidy(play)
    return { merged, wrongs }
  }

  #seesAndHolds({ method, path, body }: SeenRequest): boolean {
    const play = this.#play
    if (play === undefined) return false
    const { pull, witness } = play
    const { operation, variables } = queryOf(body)
    const isHere =
      path.startsWith(`/repos/acme/${this.#name}/`) || [variables.name, variables.repo].includes(this.#name)
    if (!isHere || (variables.number !== undefined && variables.number !== pull.number)) return false
    play.lastRequestAt = Date.now()
    const merges = method === 'PUT' && path.endsWith(`/pulls/${pull.number}/merge`)
    if (operation === 'ReadPull') witness.reads()
    // A command has read all that it reads when it shows that it was seen.
    if (method === 'POST' && path.endsWith('/reactions')) {
      if (isEyes(body)) play.commands -= 1
      else play.unanswered -= 1
    }
    if (merges) witness.merges(Math.max(0, play.commands))
    const what = merges ? 'merge' : operation
    let holds = false
    for (const trigger of play.triggers) {
      if (trigger.moment.at !== what || trigger.left === 0) continue
      trigger.left -= 1
      if (trigger.left > 0) continue
      trigger.act()
      holds = true
    }
    return holds
  }

  async #act(race: Race): Promise<void> {
    const play = this.#play
    if (play === undefined || play.pull.state === 'closed') return
    play.witness.note()
    // What GitHub refuses because the pull request was merged a moment ago did not happen.
    await this.#carryOut(race, play).catch((thrown: unknown) => {
      if (play.pull.mergedAt === null) throw thrown
    })
    play.witness.note()
  }

  async #carryOut(race: Race, play: Play): Promise<void> {
    const { github } = this.#journey
    const { pull, witness } = play
    switch (race.kind) {
      case 'approve':
        await github.review(pull, race.who, { event: 'APPROVE' })
        return
      case 'object':
        await github.review(pull, race.who, { event: 'REQUEST_CHANGES', body: 'No' })
        return
      case 'dismiss': {
        const review = pull.reviews.findLast(
          (each) => each.user.login === race.who && each.state === 'APPROVED',
        )
        if (review !== undefined) github.dismissReview(review, 'alex', 'played')
        return
      }
      case 'leave':
        github.removeTeamMember(this.#team, race.who)
        return
      case 'ask':
        play.commands += 1
        play.unanswered += 1
        play.askedFor = pull.headSha
        github.comment(pull, race.who, '/merge')
        return
      case 'push': {
        const before = witness.images.get(pull.headSha) ?? ''
        const tag = race.differs ? `8.${this.#count}.${witness.images.size}` : before
        const other = { 'notes.txt': `${this.#count} ${witness.images.size}` }
        const files = race.differs ? { [manifest]: manifestOf(tag) } : other
        const sha = await this.#commit(files, race.who, pull.headRef)
        witness.images.set(sha, tag)
        // Who pushed too late took no part in what was merged.
        if (pull.headSha === sha) witness.contributors.add(race.who)
        return
      }
      case 'tighten': {
        await this.#commit({ [policyFile]: policyOf(`release-${this.#name}`, 2) }, 'alex', 'main')
        witness.need = 2
        return
      }
      case 'retarget': {
        const at = { owner: 'acme', repo: this.#name, pull_number: pull.number }
        const { pulls } = this.#journey.as('mallory').rest
        await pulls.update({ ...at, base: lax })
        witness.retargeted()
        witness.note()
        await pulls.update({ ...at, base: 'main' })
        witness.retargeted()
        play.askedFor = undefined
      }
    }
  }

  #commit(files: Readonly<Record<string, string>>, by: string, branch: string): Promise<string> {
    return this.#journey.github.commit(`acme/${this.#name}`, files, { by, branch, message: 'Play' })
  }

  #disturb(deliveries: Scenario['deliveries']): void {
    const { webhooks } = this.#journey.github
    const { id } = this.#journey.github.repository(`acme/${this.#name}`)
    const ours = ({ repositoryId }: { readonly repositoryId: number | null }): boolean => repositoryId === id
    if (deliveries === 'dropped') webhooks.drop(ours, 2)
    else if (deliveries === 'doubled') webhooks.double(ours, 6)
    else if (deliveries === 'late') webhooks.delay(150, ours, 2)
    else if (deliveries === 'reversed') webhooks.hold()
  }

  /** Until it is merged, or nothing more is to be expected: what was signed and asked for is waited for with patience. */
  async #settle(play: Play, isLossy: boolean): Promise<void> {
    this.#journey.github.webhooks.flush((held) => held.toReversed())
    const { pull, witness } = play
    const started = Date.now()
    play.lastRequestAt = started
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 40))
      if (pull.mergedAt !== null) return
      const now = Date.now()
      const isQuiet = now - play.lastRequestAt > quietMs
      const isAnswered = play.unanswered <= 0 || now - started > (isLossy ? lostMs : patienceMs)
      const isExpected = witness.isSigned() && play.askedFor === pull.headSha && play.unanswered <= 0
      if (isExpected ? now - started > patienceMs : isQuiet && isAnswered) return
    }
  }

  async #tidy({ pull, witness }: Play): Promise<void> {
    const { github } = this.#journey
    this.#play = undefined
    if (pull.state === 'open')
      await this.#journey
        .as('alex')
        .rest.pulls.update({ owner: 'acme', repo: this.#name, pull_number: pull.number, state: 'closed' })
    for (const who of ['dana', 'lee'])
      if (!this.#team.members.has(github.account(who).id)) github.addTeamMember(this.#team, who)
    if (witness.need === 2)
      await this.#commit({ [policyFile]: policyOf(`release-${this.#name}`, 1) }, 'alex', 'main')
    // A thousand of these would not fit into memory.
    const { requests, webhooks } = github
    requests.length = 0
    const kept = webhooks.deliveries.filter(({ state }) => state === 'held' || state === 'queued')
    webhooks.deliveries.splice(0, webhooks.deliveries.length, ...kept)
  }
}

interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

function isEyes(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'content' in body && body.content === 'eyes'
}

/** A GraphQL query's name and variables; nothing for anything else. */
function queryOf(body: unknown): {
  readonly operation: string | undefined
  readonly variables: { readonly name?: unknown; readonly repo?: unknown; readonly number?: unknown }
} {
  if (typeof body !== 'object' || body === null || !('query' in body) || !('variables' in body))
    return { operation: undefined, variables: {} }
  const { query, variables } = body
  return {
    operation: /query (\w+)/.exec(String(query))?.[1],
    variables: typeof variables === 'object' && variables !== null ? variables : {},
  }
}
