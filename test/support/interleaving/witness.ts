import type { Pull } from '../../../demo/github/world/model.ts'

/** What was true between two things that happened. */
interface Moment {
  /** Latest opinion by login, as GitHub keeps it. */
  readonly opinions: ReadonlyMap<string, { readonly state: string; readonly image: string | undefined }>
  readonly members: ReadonlySet<string>
  /** How many release managers the policy on the base asks for. */
  readonly need: number
}

/**
 * Writes down what is true on GitHub, and says afterwards whether a merge was signed. It knows nothing of Countersign's judgement, only
 * when Countersign read the pull request: what is true before that and not after is not its to know, and what changes between its last
 * reading and the merge cannot be known by anybody. The head is another matter: GitHub merges the commit that it is told, or none.
 */
export class Witness {
  /** Image by head. */
  readonly images = new Map<string, string>()
  readonly contributors = new Set(['mallory'])
  need = 1
  readonly #pull: Pull
  readonly #members: () => readonly string[]
  readonly #moments: Moment[] = []
  /** Index of the moment at which each reading of the pull request began. */
  readonly #readings: number[] = []
  #window: readonly Moment[] | undefined
  /** Reviews of a comparison with another base. */
  #overtaken = new Set<number>()

  constructor(pull: Pull, members: () => readonly string[]) {
    this.#pull = pull
    this.#members = members
  }

  /** Whatever is done is done between two of these. */
  note(): void {
    const opinions = new Map<string, { state: string; image: string | undefined }>()
    for (const review of this.#pull.reviews) {
      if (review.state === 'COMMENTED') continue
      const { login } = review.user
      const state = this.#overtaken.has(review.id) && review.state === 'APPROVED' ? 'OVERTAKEN' : review.state
      opinions.set(login, { state, image: this.images.get(review.commitId) })
    }
    this.#moments.push({ opinions, members: new Set(this.#members()), need: this.need })
  }

  /** Everything said so far was said of another comparison. */
  retargeted(): void {
    this.#overtaken = new Set(this.#pull.reviews.map(({ id }) => id))
  }

  /** Countersign reads the pull request now. */
  reads(): void {
    this.note()
    this.#readings.push(this.#moments.length - 1)
  }

  /** Countersign asks for the merge now. Commands that are carried out meanwhile read the pull request too. */
  merges(commandsUnderWay: number): void {
    this.note()
    const from = this.#readings.at(-1 - commandsUnderWay) ?? 0
    this.#window = this.#moments.slice(from)
  }

  /** Whether the head is signed now, so that a merge that was asked for is to be expected. */
  isSigned(): boolean {
    this.note()
    const now = this.#moments.slice(-1)
    return this.#missing(now).length === 0
  }

  /** Why what was merged was not signed; empty when it was. */
  wrongs(): string[] {
    if (this.#window === undefined)
      return [`#${this.#pull.number} was merged, and nobody saw Countersign ask for it`]
    return this.#missing(this.#window)
  }

  #missing(window: readonly Moment[]): string[] {
    const { number, headSha } = this.#pull
    const merged = this.images.get(headSha)
    const ever = (holds: (moment: Moment) => boolean): boolean => window.some(holds)
    const signers = ['dana', 'lee'].filter(
      (login) =>
        !this.contributors.has(login) &&
        ever(({ members }) => members.has(login)) &&
        ever(({ opinions }) => {
          const opinion = opinions.get(login)
          return opinion?.state === 'APPROVED' && opinion.image === merged
        }),
    )
    const need = Math.min(...window.map((moment) => moment.need))
    const objectors = ['dana', 'lee'].filter((login) =>
      window.every(
        ({ opinions, members }) => members.has(login) && opinions.get(login)?.state === 'CHANGES_REQUESTED',
      ),
    )
    return [
      ...(signers.length >= need
        ? []
        : [`#${number} was merged with image ${merged ?? '?'}, ${signers.length} of ${need} signed that`]),
      ...objectors.map((login) => `#${number} was merged over the objection of ${login}`),
    ]
  }
}
