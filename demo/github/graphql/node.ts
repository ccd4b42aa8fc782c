import type { NodeType } from '../world/world.ts'
import type {
  Account,
  App,
  CheckRun,
  CheckSuite,
  Comment,
  Deployment,
  Pull,
  Repository,
  Review,
  Team,
} from '../world/model.ts'
import { isGranted } from '../world/people.ts'
import { accountThing, appThing, teamThing } from './accounts.ts'
import { runThing, suiteThing } from './checks.ts'
import { commitThing } from './commit.ts'
import { deploymentThing } from './deployment.ts'
import { commentThing, pullThing, reviewThing } from './pull.ts'
import { repositoryThing } from './repository.ts'
import { demand, graphqlError, unresolved, type Context, type Thing } from './thing.ts'

/** What a node id names, if whoever asks may see it. */
export async function nodeThing(context: Context, id: string): Promise<Thing> {
  const commit = /^C_(\d+)_([0-9a-f]{40})$/.exec(id)
  if (commit !== null) return commitNode(context, Number(commit[1]), commit[2] ?? '')
  const found = context.world.nodes.get(id)
  if (found === undefined) throw unresolved(`a node with the global id of '${id}'`)
  return knownThing(context, id, found.type, found.value)
}

async function commitNode(context: Context, repositoryId: number, sha: string): Promise<Thing> {
  const repository = [...context.world.repositories.values()].find((each) => each.id === repositoryId)
  const [commit] = (await repository?.git.commits([sha])) ?? []
  if (repository === undefined || commit === undefined)
    throw unresolved(`a node with the global id of 'C_${repositoryId}_${sha}'`)
  demand(context, repository, 'contents:read')
  return commitThing(context, repository, commit)
}

function knownThing(context: Context, id: string, type: NodeType, value: unknown): Thing {
  switch (type) {
    case 'User':
    case 'Bot':
    case 'Organization':
      return accountThing(context, value as Account)
    case 'Team': {
      const team = value as Team
      const { actor } = context
      const sees =
        actor.kind === 'installation'
          ? actor.installation.account === team.organization && isGranted(actor.permissions, 'members:read')
          : actor.kind === 'person' && team.organization.members.has(actor.account.id)
      if (!sees) throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
      return teamThing(context, team)
    }
    case 'App':
      return appThing(context, value as App)
    case 'Repository':
      return repositoryThing(context, value as Repository)
    case 'PullRequest':
      demand(context, (value as Pull).repository, 'pull_requests:read')
      return pullThing(context, value as Pull)
    case 'IssueComment':
      demand(context, (value as Comment).pull.repository, ['issues:read', 'pull_requests:read'])
      return commentThing(context, value as Comment)
    case 'PullRequestReview':
      demand(context, (value as Review).pull.repository, 'pull_requests:read')
      return reviewThing(context, value as Review)
    case 'CheckRun':
      demand(context, (value as CheckRun).suite.repository, 'checks:read')
      return runThing(context, value as CheckRun)
    case 'CheckSuite':
      demand(context, (value as CheckSuite).repository, 'checks:read')
      return suiteThing(context, value as CheckSuite)
    case 'Deployment':
      demand(context, (value as Deployment).repository, 'deployments:read')
      return deploymentThing(context, value as Deployment)
    case 'Installation':
    case 'Issue':
    case 'Label':
    case 'Reaction':
    case 'StatusContext':
    case 'DeploymentStatus':
    case 'RepositoryRuleset':
    case 'TimelineItem':
      throw graphqlError('UNPROCESSABLE', `The local GitHub does not answer node(id: "${id}") for a ${type}.`)
  }
}
