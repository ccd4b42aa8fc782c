import type { Services } from '../services.ts'
import { viewDeployment, viewDeploymentStatus } from '../views/checks.ts'
import type { Deployment, DeploymentStatus } from '../world/model.ts'

/** Records a deployment, and announces it. */
export function createDeployment(
  { world, webhooks }: Services,
  wanted: Omit<Deployment, 'id' | 'nodeId' | 'createdAt' | 'updatedAt' | 'statuses'>,
): Deployment {
  const now = world.now()
  const deployment = world.create('Deployment', (identity): Deployment => ({
    ...identity,
    ...wanted,
    createdAt: now,
    updatedAt: now,
    statuses: [],
  }))
  deployment.repository.deployments.push(deployment)
  const payload = { deployment: viewDeployment(world, deployment), workflow: null, workflow_run: null }
  webhooks.send({
    event: 'deployment',
    action: 'created',
    payload,
    sender: deployment.creator,
    repository: deployment.repository,
  })
  return deployment
}

/** Adds a status. A success makes older deployments of the same, not transient, environment inactive unless told otherwise. */
export function createDeploymentStatus(
  services: Services,
  wanted: Omit<DeploymentStatus, 'id' | 'nodeId' | 'createdAt'>,
  autoInactive: boolean,
): DeploymentStatus {
  const { world, webhooks } = services
  const { deployment } = wanted
  const status = world.create('DeploymentStatus', (identity): DeploymentStatus => ({
    ...identity,
    ...wanted,
    createdAt: world.now(),
  }))
  deployment.statuses.push(status)
  deployment.updatedAt = status.createdAt
  const payload = {
    deployment_status: viewDeploymentStatus(world, status),
    deployment: viewDeployment(world, deployment),
  }
  // GitHub does not deliver `inactive`. https://docs.github.com/en/webhooks/webhook-events-and-payloads#deployment_status
  if (status.state !== 'inactive')
    webhooks.send({
      event: 'deployment_status',
      action: 'created',
      payload,
      sender: status.creator,
      repository: deployment.repository,
    })
  if (status.state !== 'success' || !autoInactive) return status
  for (const other of deployment.repository.deployments) {
    const older = other !== deployment && other.environment === deployment.environment && !other.transient
    if (older && other.statuses.at(-1)?.state === 'success')
      createDeploymentStatus(services, { ...wanted, deployment: other, state: 'inactive' }, false)
  }
  return status
}
