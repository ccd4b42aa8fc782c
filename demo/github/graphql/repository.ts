import type { Account, Label, Repository, Role } from '../world/model.ts'
import { roleOf } from '../world/people.ts'
import { connection, ordered, type PageArguments } from './connection.ts'
import { selectPulls, type PullFilter } from './select-pulls.ts'
import { demand, graphqlError, unresolved, type Context, type Thing } from './thing.ts'

export const labelThing = (context: Context, repository: Repository, label: Label): Thing => ({
  __typename: 'Label',
  id: label.nodeId,
  name: label.name,
  color: label.color,
  description: label.description,
  isDefault: false,
  url: `${context.world.origin}/${repository.fullName}/labels/${encodeURIComponent(label.name)}`,
  repository: () => repositoryThing(context, repository),
})

/** Null when there is no such ref. */
export function refThing(context: Context, repository: Repository, qualified: string): Thing | null {
  const sha = repository.git.refs.get(qualified)
  if (sha === undefined) return null
  const [, prefix = '', name = ''] = /^(refs\/[^/]+\/)(.*)$/.exec(qualified) ?? []
  return {
    __typename: 'Ref',
    id: `REF_${repository.id}_${Buffer.from(qualified).toString('base64url')}`,
    name,
    prefix,
    target: () => objectThing(context, repository, sha),
    repository: () => repositoryThing(context, repository),
    associatedPullRequests: (args: PageArguments & PullFilter) => {
      demand(context, repository, 'pull_requests:read')
      const pulls = selectPulls(repository, args).filter((pull) => pull.headRef === name)
      return connection('PullRequestConnection', args, pulls, (pull) => context.things.pull(context, pull))
    },
  }
}

async function objectThing(
  context: Context,
  repository: Repository,
  expression: string,
): Promise<Thing | null> {
  demand(context, repository, 'contents:read')
  const object = await repository.git.object(expression)
  if (object === undefined) return null
  const { sha, type, content } = object
  if (type === 'commit') return context.things.commit(context, repository, await repository.git.commit(sha))
  const common = {
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    repository: () => repositoryThing(context, repository),
  }
  if (type === 'blob') {
    const isBinary = content.subarray(0, 8000).includes(0)
    return {
      __typename: 'Blob',
      id: `B_${repository.id}_${sha}`,
      ...common,
      byteSize: content.length,
      isBinary,
      isTruncated: false,
      text: isBinary ? null : content.toString(),
    }
  }
  if (type === 'tag')
    return {
      __typename: 'Tag',
      id: `TA_${repository.id}_${sha}`,
      ...common,
      target: () => objectThing(context, repository, `${sha}^{}`),
    }
  const entries = async (): Promise<Thing[]> =>
    (await repository.git.tree(sha)).map((entry) => ({
      __typename: 'TreeEntry',
      name: entry.path,
      path: entry.path,
      mode: parseInt(entry.mode, 8),
      type: entry.type,
      oid: entry.sha,
      size: entry.size ?? 0,
      object: () => objectThing(context, repository, entry.sha),
    }))
  return { __typename: 'Tree', id: `T_${repository.id}_${sha}`, ...common, entries }
}

function collaborators(
  context: Context,
  repository: Repository,
): (
  args: PageArguments & { login?: string | null; query?: string | null; affiliation?: string | null },
) => Thing {
  return (args) => {
    demand(context, repository, 'metadata:read', 'write')
    const withRole = [...context.world.accounts.values()]
      .filter((account) => account.type === 'User')
      .map((account) => ({
        account,
        role: roleOf(account, repository.private ? repository : { ...repository, private: true }),
      }))
      .filter(({ role }) => role !== 'none')
      .filter(({ account }) => args.affiliation !== 'DIRECT' || repository.collaborators.has(account.id))
      .filter(({ account }) => args.login == null || account.login.toLowerCase() === args.login.toLowerCase())
      .filter(
        ({ account }) => args.query == null || account.login.toLowerCase().includes(args.query.toLowerCase()),
      )
    return connection(
      'RepositoryCollaboratorConnection',
      args,
      withRole,
      ({ account }) => context.things.account(context, account),
      {
        edge: ({ role }: { account: Account; role: Role }) => ({ permission: role.toUpperCase() }),
      },
    )
  }
}

export function repositoryThing(context: Context, repository: Repository): Thing {
  demand(context, repository, 'metadata:read')
  const { world, actor } = context
  const path = `/${repository.fullName}`
  const role = actor.kind === 'person' ? roleOf(actor.account, repository) : null
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    description: repository.description,
    isPrivate: repository.private,
    isFork: repository.parent !== null,
    isArchived: false,
    isDisabled: false,
    isEmpty: repository.git.refs.size === 0,
    isLocked: false,
    isInOrganization: repository.owner.type === 'Organization',
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    url: world.origin + path,
    resourcePath: path,
    sshUrl: `git@127.0.0.1:${repository.fullName}.git`,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    mergeCommitAllowed: true,
    squashMergeAllowed: true,
    rebaseMergeAllowed: true,
    autoMergeAllowed: false,
    deleteBranchOnMerge: false,
    viewerPermission: role === null || role === 'none' ? null : role.toUpperCase(),
    viewerCanAdminister: role === 'admin',
    owner: () => context.things.account(context, repository.owner),
    parent: () => (repository.parent === null ? null : repositoryThing(context, repository.parent)),
    defaultBranchRef: () => refThing(context, repository, `refs/heads/${repository.defaultBranch}`),
    collaborators: collaborators(context, repository),
    ...repositoryPulls(context, repository),
    ...repositoryGit(context, repository),
    label: ({ name }: { name: string }) => {
      const label = repository.labels.get(name.toLowerCase())
      return label === undefined ? null : labelThing(context, repository, label)
    },
    labels: (args: PageArguments) =>
      connection('LabelConnection', args, [...repository.labels.values()], (label) =>
        labelThing(context, repository, label),
      ),
    deployments: (
      args: PageArguments & {
        environments?: readonly string[] | null
        orderBy?: { direction: string } | null
      },
    ) => {
      demand(context, repository, 'deployments:read')
      const found = repository.deployments.filter(
        (each) => args.environments?.includes(each.environment) ?? true,
      )
      const sorted = ordered(found, (each) => each.id, args.orderBy?.direction)
      return connection('DeploymentConnection', args, sorted, (each) =>
        context.things.deployment(context, each),
      )
    },
  }
}

function repositoryPulls(context: Context, repository: Repository): Record<string, unknown> {
  return {
    pullRequest: ({ number }: { number: number }) => {
      demand(context, repository, 'pull_requests:read')
      const pull = repository.pulls.get(number)
      if (pull === undefined) throw unresolved(`a PullRequest with the number of ${number}`)
      return context.things.pull(context, pull)
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      demand(context, repository, ['pull_requests:read', 'issues:read'])
      const pull = repository.pulls.get(number)
      if (pull === undefined) throw unresolved(`an issue or pull request with the number of ${number}`)
      return context.things.pull(context, pull)
    },
    pullRequests: (args: PageArguments & PullFilter) => {
      demand(context, repository, 'pull_requests:read')
      return connection('PullRequestConnection', args, selectPulls(repository, args), (pull) =>
        context.things.pull(context, pull),
      )
    },
  }
}

function repositoryGit(context: Context, repository: Repository): Record<string, unknown> {
  return {
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      demand(context, repository, 'contents:read')
      const names = [qualifiedName, `refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`]
      const found = names.find((name) => repository.git.refs.has(name))
      return found === undefined ? null : refThing(context, repository, found)
    },
    refs: (
      args: PageArguments & {
        refPrefix: string
        query?: string | null
        orderBy?: { direction: string } | null
      },
    ) => {
      demand(context, repository, 'contents:read')
      const names = [...repository.git.refs.keys()].filter(
        (name) => name.startsWith(args.refPrefix) && (args.query == null || name.includes(args.query)),
      )
      const sorted = ordered(names, (name) => name, args.orderBy?.direction)
      const things = sorted.flatMap((name) => refThing(context, repository, name) ?? [])
      return connection('RefConnection', args, things, (thing) => thing)
    },
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      const wanted = oid ?? expression
      if (wanted == null) throw graphqlError('UNPROCESSABLE', 'One of `oid` or `expression` must be given.')
      const pullRef = /^[0-9a-f]{40}$/.test(wanted)
        ? wanted
        : wanted.replace(/^([^:^~]+)/, (name) => repository.git.branch(name) ?? name)
      return objectThing(context, repository, pullRef)
    },
  }
}
