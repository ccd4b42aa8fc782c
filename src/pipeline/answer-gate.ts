import { isNamed } from '../core/rollout/match-object.ts'
import { chooseDeployment, judgeGate, type GateAnswer, type GateFacts } from '../core/rollout/judge-gate.ts'
import { objectKey, type ObjectName } from '../core/rollout/observation.ts'
import type { GateKind } from '../core/policy/policy.ts'
import type { DeploymentRecord } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { readPolicy } from './read-policy.ts'

/** Deployments of one environment that are looked through. */
const mostDeployments = 20

/** What a gate of progressive delivery answers for a canary. Asked often and answered from what is kept: GitHub is asked for the policy only, from its mirror. */
export async function answerGate(
  deps: PipelineDeps,
  gate: GateKind | 'rollback',
  canary: ObjectName,
): Promise<GateAnswer> {
  const now = deps.now().toISOString()
  const all = await deps.store.newestDeployments()
  const knowing: DeploymentRecord[] = []
  for (const newest of all) if (await knows(deps, newest, canary)) knowing.push(newest)
  const found: GateFacts[] = []
  // Only where no deployment has shown the canary the policies are asked, which takes longer.
  for (const newest of knowing.length > 0 ? knowing : all) {
    const facts = await takeGateFacts(deps, newest, canary, now)
    if (facts !== undefined) found.push(facts)
  }
  // Two environments with the same canary: nobody could say whose it is, so all of them have to agree.
  const answers = found.map((facts) => judgeGate(gate, canary.name, facts, now))
  const [first] = answers
  if (first === undefined) return judgeGate(gate, canary.name, undefined, now)
  return answers.find(({ open }) => !open) ?? first
}

async function knows(
  deps: PipelineDeps,
  { repository, environment }: DeploymentRecord,
  canary: ObjectName,
): Promise<boolean> {
  const records = await deps.store.deployments(repository, { environment, limit: mostDeployments })
  return records.some(({ rollout }) => rollout.objects.some((each) => objectKey(each) === objectKey(canary)))
}

async function takeGateFacts(
  deps: PipelineDeps,
  newest: DeploymentRecord,
  canary: ObjectName,
  now: string,
): Promise<GateFacts | undefined> {
  const { repository: name, environment: environmentName, installation, sha } = newest
  const github = await deps.app.installation(installation)
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs: [sha] })
  const policy = await readPolicy(deps, github, repository, name, sha)
  if (policy === 'absent' || !policy.ok) return undefined
  const environment = policy.value.environments.find((each) => each.name === environmentName)
  const named = isNamed(environment?.deploy?.objects ?? [], canary)
  const records = await deps.store.deployments(name, { environment: environmentName, limit: mostDeployments })
  const isCanary = (each: ObjectName): boolean => objectKey(each) === objectKey(canary)
  const known = records.some(({ rollout }) => rollout.objects.some(isCanary))
  if (environment === undefined || (!known && !named)) return undefined
  const record = chooseDeployment(records)
  if (record === undefined) return undefined
  const freeze = (await deps.store.freezes(name)).find((each) => each.environment === environmentName)
  return {
    environment,
    pull: record.pull,
    rollout: record.rollout,
    applied:
      (named && !record.rollout.objects.some(isCanary)) ||
      record.rollout.objects.some((each) => isCanary(each) && each.appliedAt !== undefined),
    frozen: freeze !== undefined && (freeze.until === undefined || now < freeze.until),
    commands: await deps.store.gateCommands(record),
  }
}
