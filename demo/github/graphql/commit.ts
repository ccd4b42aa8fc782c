import type { CommitObject, Signature } from '../git/parse-commit.ts'
import { pullsWith } from '../operations/pulls-with.ts'
import type { Repository } from '../world/model.ts'
import { connection, type PageArguments } from './connection.ts'
import { demand, type Context, type Thing } from './thing.ts'

/** A name in a commit, and the account it belongs to: null when it is nobody's. */
function gitActorThing(context: Context, signature: Signature): Thing {
  const account = context.world.accountOfEmail(signature.email)
  return {
    __typename: 'GitActor',
    name: signature.name,
    email: signature.email,
    date: signature.date,
    avatarUrl: () => `${context.world.origin}/avatars/${account?.id ?? 0}`,
    user: account === null || account.type !== 'User' ? null : context.things.account(context, account),
  }
}

const trailer = /^co-authored-by:\s*(.*?)\s*<([^>]+)>\s*$/gim

/** The author and whoever the trailers name beside them. */
function authorsOf(commit: CommitObject): Signature[] {
  const found = new Map([[commit.author.email.toLowerCase(), commit.author]])
  for (const [, name = '', email = ''] of commit.message.matchAll(trailer))
    if (!found.has(email.toLowerCase()))
      found.set(email.toLowerCase(), { name, email, date: commit.author.date })
  return [...found.values()]
}

export function commitThing(context: Context, repository: Repository, commit: CommitObject): Thing {
  const { world } = context
  const path = `/${repository.fullName}/commit/${commit.sha}`
  const [headline = '', ...rest] = commit.message.split('\n')
  const parentThings = async (args: PageArguments): Promise<Thing> =>
    connection('CommitConnection', args, await repository.git.commits(commit.parents), (parent) =>
      commitThing(context, repository, parent),
    )
  const committer = world.accountOfEmail(commit.committer.email)
  return {
    __typename: 'Commit',
    id: `C_${repository.id}_${commit.sha}`,
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    pushedDate: null, // GitHub no longer says
    url: world.origin + path,
    resourcePath: path,
    commitUrl: world.origin + path,
    commitResourcePath: path,
    committedViaWeb: committer?.login === 'web-flow',
    authoredByCommitter: commit.author.email === commit.committer.email,
    signature: null,
    author: () => gitActorThing(context, commit.author),
    committer: () => gitActorThing(context, commit.committer),
    authors: (args: PageArguments) =>
      connection('GitActorConnection', args, authorsOf(commit), (each) => gitActorThing(context, each)),
    parents: parentThings,
    repository: () => context.things.repository(context, repository),
    tree: () => ({ __typename: 'Tree', oid: commit.tree, id: `T_${repository.id}_${commit.tree}` }),
    ...commitResults(context, repository, commit),
    associatedPullRequests: async (args: PageArguments) => {
      demand(context, repository, 'pull_requests:read')
      return connection('PullRequestConnection', args, await pullsWith(repository, commit.sha), (pull) =>
        context.things.pull(context, pull),
      )
    },
    history: async (args: PageArguments) => {
      const ids = await repository.git.history(commit.sha, { limit: 10_000, skip: 0 })
      const commits = await repository.git.commits(ids)
      return connection('CommitHistoryConnection', args, commits, (each) =>
        commitThing(context, repository, each),
      )
    },
  }
}

function commitResults(
  context: Context,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> {
  return {
    statusCheckRollup: () => context.things.rollup(context, repository, commit),
    status: () => context.things.status(context, repository, commit),
    checkSuites: (
      args: PageArguments & { filterBy?: { appId?: number | null; checkName?: string | null } | null },
    ) => {
      demand(context, repository, 'checks:read')
      const { appId, checkName } = args.filterBy ?? {}
      const suites = repository.suites
        .filter((suite) => suite.headSha === commit.sha && (appId == null || suite.app.id === appId))
        .filter((suite) => checkName == null || suite.runs.some((run) => run.name === checkName))
      return connection('CheckSuiteConnection', args, suites, (suite) => context.things.suite(context, suite))
    },
    deployments: (args: PageArguments & { environments?: readonly string[] | null }) => {
      demand(context, repository, 'deployments:read')
      const found = repository.deployments.filter(
        (each) => each.sha === commit.sha && (args.environments?.includes(each.environment) ?? true),
      )
      return connection('DeploymentConnection', args, found, (each) =>
        context.things.deployment(context, each),
      )
    },
  }
}
