import { isNamed } from '../core/rollout/match-object.ts'
import { chooseDeployment, judgeGate, type GateAnswer, type GateFacts } from '../core/rollout/judge-gate.ts'
import { objectKey, type ObjectName } from '../core/rollout/observation.ts'
import type { GateKind } from '../core/policy/policy.ts'
import type { DeploymentRecord } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { readPolicy } from './read-policy.ts'

/** What a gate of progressive delivery answers for a canary. Asked often and answered from what is kept: GitHub is asked for the policy only, from its mirror. */
export async function answerGate(
  deps: PipelineDeps,
  gate: GateKind | 'rollback',
  canary: ObjectName,
): Promise<GateAnswer> {
  const now = deps.now().toISOString()
  const found: GateFacts[] = []
  for (const newest of await deps.store.newestDeployments()) {
    const facts = await takeGateFacts(deps, newest, canary, now)
    if (facts !== undefined) found.push(facts)
  }
  // Two environments with the same canary: nobody could say whose it is, so all of them have to agree.
  const answers = found.map((facts) => judgeGate(gate, canary.name, facts, now))
  const [first] = answers
  if (first === undefined) return judgeGate(gate, canary.name, undefined, now)
  return answers.find(({ open }) => !open) ?? first
}

async function takeGateFacts(
  deps: PipelineDeps,
  newest: DeploymentRecord,
  canary: ObjectName,
  now: string,
): Promise<GateFacts | undefined> {
  const { repository: name, environment: environmentName, installation, sha } = newest
  const known = newest.rollout.objects.some((each) => objectKey(each) === objectKey(canary))
  const github = await deps.app.installation(installation)
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs: [sha] })
  const policy = await readPolicy(deps, github, repository, name, sha)
  if (policy === 'absent' || !policy.ok) return undefined
  const environment = policy.value.environments.find((each) => each.name === environmentName)
  const named = isNamed(environment?.deploy?.objects ?? [], canary)
  if (environment === undefined || (!known && !named)) return undefined
  const records = await deps.store.deployments(name, { environment: environmentName, limit: 20 })
  const record = chooseDeployment(records, objectKey(canary), named)
  if (record === undefined) return undefined
  const freeze = (await deps.store.freezes(name)).find((each) => each.environment === environmentName)
  return {
    environment,
    pull: record.pull,
    rollout: record.rollout,
    frozen: freeze !== undefined && (freeze.until === undefined || now < freeze.until),
    commands: await deps.store.gateCommands(record),
  }
}
