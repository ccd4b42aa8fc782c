import type { Deployment, DeploymentStatus } from '../world/model.ts'
import { connection, type PageArguments } from './connection.ts'
import type { Context, Thing } from './thing.ts'

/** GraphQL folds the newest status into a state of the deployment itself. */
const stateOf = (deployment: Deployment): string => {
  const state = deployment.statuses.at(-1)?.state ?? 'pending'
  return state === 'success' ? 'ACTIVE' : state.toUpperCase()
}

function statusThing(context: Context, status: DeploymentStatus): Thing {
  return {
    __typename: 'DeploymentStatus',
    id: status.nodeId,
    state: status.state.toUpperCase(),
    description: status.description,
    environment: status.deployment.environment,
    environmentUrl: status.environmentUrl || null,
    logUrl: status.logUrl || null,
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    creator: () => context.things.account(context, status.creator),
    deployment: () => deploymentThing(context, status.deployment),
  }
}

export function deploymentThing(context: Context, deployment: Deployment): Thing {
  const { repository } = deployment
  const latest = deployment.statuses.at(-1)
  return {
    __typename: 'Deployment',
    id: deployment.nodeId,
    databaseId: deployment.id,
    environment: deployment.environment,
    latestEnvironment: deployment.environment,
    originalEnvironment: deployment.environment,
    description: deployment.description,
    task: deployment.task,
    payload: JSON.stringify(deployment.payload),
    state: stateOf(deployment),
    commitOid: deployment.sha,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    commit: async () =>
      context.things.commit(context, repository, await repository.git.commit(deployment.sha)),
    ref: () => context.things.ref(context, repository, `refs/heads/${deployment.ref}`),
    creator: () => context.things.account(context, deployment.creator),
    repository: () => context.things.repository(context, repository),
    latestStatus: latest === undefined ? null : statusThing(context, latest),
    statuses: (args: PageArguments) =>
      connection('DeploymentStatusConnection', args, deployment.statuses.toReversed(), (each) =>
        statusThing(context, each),
      ),
  }
}
