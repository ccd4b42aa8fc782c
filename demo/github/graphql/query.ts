import { accountOf } from '../world/people.ts'
import { accountThing } from './accounts.ts'
import { nodeThing } from './node.ts'
import { repositoryThing } from './repository.ts'
import { graphqlError, unresolved, type Context, type Thing } from './thing.ts'

/** The root of every query. */
export function queryThing(
  context: Context,
  cost: { readonly points: number; readonly nodes: number },
): Thing {
  const { world, actor, rateLimits } = context
  return {
    __typename: 'Query',
    viewer: () => {
      if (actor.kind === 'app') throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
      // an installation sees its bot here, which GitHub types as a User
      return { ...accountThing(context, accountOf(actor)), __typename: 'User' }
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = world.repository(owner, name)
      if (repository === undefined) throw unresolved(`a Repository with the name '${owner}/${name}'`)
      return repositoryThing(context, repository)
    },
    repositoryOwner: ({ login }: { login: string }) => {
      const account = world.account(login)
      return account === undefined || account.type === 'Bot' ? null : accountThing(context, account)
    },
    organization: ({ login }: { login: string }) => {
      const organization = world.organization(login)
      if (organization === undefined) throw unresolved(`an Organization with the login of '${login}'`)
      return accountThing(context, organization)
    },
    user: ({ login }: { login: string }) => {
      const account = world.account(login)
      if (account?.type !== 'User') throw unresolved(`a User with the login of '${login}'`)
      return accountThing(context, account)
    },
    node: ({ id }: { id: string }) => nodeThing(context, id),
    nodes: ({ ids }: { ids: readonly string[] }) => ids.map((id) => nodeThing(context, id)),
    rateLimit: () => {
      const { limit, used, reset } = rateLimits.read(actor, 'graphql')
      const after = Math.min(limit, used + cost.points)
      return {
        __typename: 'RateLimit',
        limit,
        used: after,
        remaining: limit - after,
        cost: cost.points,
        nodeCount: cost.nodes,
        resetAt: new Date(reset * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
      }
    },
  }
}
