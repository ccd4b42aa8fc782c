import { GraphQLError } from 'graphql'
import type { Services } from '../services.ts'
import type {
  Account,
  Actor,
  App,
  CheckRun,
  CheckSuite,
  Comment,
  Deployment,
  Label,
  Pull,
  Repository,
  Review,
  Role,
  Team,
  TimelineEvent,
} from '../world/model.ts'
import type { CommitObject } from '../git/parse-commit.ts'
import { demandAccess, type Needs } from '../world/people.ts'
import { Refusal } from '../world/refusal.ts'

export interface Context extends Services {
  readonly actor: Actor
  readonly things: Things
}

/** How each kind of object is shown. They refer to each other in circles, so they find each other here. */
export interface Things {
  account(context: Context, account: Account): Thing
  app(context: Context, app: App): Thing
  team(context: Context, team: Team): Thing
  repository(context: Context, repository: Repository): Thing
  ref(context: Context, repository: Repository, qualified: string): Thing | null
  label(context: Context, repository: Repository, label: Label): Thing
  commit(context: Context, repository: Repository, commit: CommitObject): Thing
  rollup(context: Context, repository: Repository, commit: CommitObject): Thing | null
  status(context: Context, repository: Repository, commit: CommitObject): Thing | null
  suite(context: Context, suite: CheckSuite): Thing
  run(context: Context, run: CheckRun): Thing
  deployment(context: Context, deployment: Deployment): Thing
  pull(context: Context, pull: Pull): Thing
  comment(context: Context, comment: Comment): Thing
  review(context: Context, review: Review): Thing
  timeline(context: Context, pull: Pull, event: TimelineEvent): Thing
}

type Arguments = Readonly<Record<string, never>>

/**
 * An object of the schema: its type, and for each field a value, or a function of the field's arguments. A field that is not
 * here is a field that this GitHub does not answer, which is an error and never null.
 */
export interface Thing {
  readonly __typename: string
  readonly [field: string]: unknown
}

export type Resolve = (args: Arguments) => unknown

/** GitHub puts the kind of an error beside its message. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
export const graphqlError = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

export const unresolved = (what: string): GraphQLError =>
  graphqlError('NOT_FOUND', `Could not resolve to ${what}.`)

/** As for REST, in GraphQL's words. */
export function demand(context: Context, repository: Repository, needs: Needs, role: Role = 'read'): void {
  try {
    demandAccess(context.actor, repository, role, needs)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (thrown.status === 404) throw unresolved(`a Repository with the name '${repository.fullName}'`)
    throw graphqlError('FORBIDDEN', thrown.message)
  }
}

/** Does the same for what an operation refuses. */
export async function inGraphqlWords<Value>(work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const detail = thrown.errors
      ?.map((error) => (typeof error === 'string' ? error : (error.message ?? error.code)))
      .join(', ')
    throw graphqlError(thrown.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE', detail ?? thrown.message)
  }
}
