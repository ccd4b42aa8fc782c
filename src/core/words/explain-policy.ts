import { writeDuration } from '../policy/duration.ts'
import type { ApprovalRule, EnvironmentPolicy, Policy } from '../policy/policy.ts'
import { listAnd, listOr } from '../policy/suggest.ts'
import type { Window } from '../schedule/window.ts'

export interface ExplainedPolicy {
  readonly hash: string
  readonly sections: readonly { readonly heading: string; readonly sentences: readonly string[] }[]
}

/** A policy in plain words: a section for each environment, and one for what holds for all. Sentences without markup. */
export function explainPolicy(policy: Policy): ExplainedPolicy {
  const environments = policy.environments.map((environment) => ({
    heading: environment.protected ? `${environment.name} (protected)` : environment.name,
    sentences: explainEnvironment(environment),
  }))
  return {
    hash: policy.hash,
    sections: [...environments, { heading: 'Everywhere', sentences: explainRest(policy) }],
  }
}

function explainEnvironment(policy: EnvironmentPolicy): string[] {
  return [
    explainTargets(policy),
    ...explainApprovals(policy),
    ...explainChecks(policy),
    ...explainTime(policy),
    explainMerge(policy),
  ]
}

function explainTargets({ targets, discover }: EnvironmentPolicy): string {
  const found = [...targets, ...(discover ? ['what Argo CD and Flux objects in the repository apply'] : [])]
  return found.length === 0 ? 'It has no targets of its own.' : `Its targets are ${listAnd(found)}.`
}

function explainApprovals(policy: EnvironmentPolicy): string[] {
  const { approvals } = policy
  if (approvals.length === 0)
    return [
      policy.protected
        ? 'Nobody may sign a change, so every change is an error.'
        : 'No change needs an approval.',
    ]
  const rules = approvals.map(explainRule)
  const rest = policy.protected ? ['A class of change that no rule guards is an error.'] : []
  const distinct =
    approvals.length > 1
      ? [policy.distinct ? 'One person signs for one rule only.' : 'One person may sign for several rules.']
      : []
  return [...rules, ...rest, ...distinct, explainBarred(policy), explainBinding(policy)]
}

function explainRule({ name, changes, count, from }: ApprovalRule): string {
  const what = changes === null ? 'Every change' : `A change of class ${listOr(changes)}`
  if (count === 0) return `${what} needs no approval (${name}).`
  const people = count === 1 ? 'one approval' : `${count} approvals`
  return `${what} needs ${people} from ${listOr(from.map(describeSource))} (${name}).`
}

function describeSource(source: ApprovalRule['from'][number]): string {
  switch (source.kind) {
    case 'team':
      return `team ${source.team}`
    case 'group':
      return `group ${source.group} (${source.logins.length === 0 ? 'nobody' : listAnd(source.logins)})`
    case 'user':
      return source.login
    case 'permission':
      return `people with ${source.permission} permission or more`
  }
}

function explainBarred({ selfApproval, unattributed }: EnvironmentPolicy): string {
  const who =
    selfApproval === 'never'
      ? 'Nobody who contributed to the pull request may sign it'
      : 'Its author may not sign a pull request; other contributors may'
  return unattributed === 'block'
    ? `${who}, and a commit that cannot be tied to an account blocks it.`
    : `${who}. Commits that cannot be tied to an account are let pass.`
}

function explainBinding({ binding, expiresMs }: EnvironmentPolicy): string {
  const until = {
    change: 'as long as the rendered change stays the same',
    result: 'as long as the whole rendered result stays the same',
    commit: 'for one commit',
  }[binding]
  return expiresMs === null
    ? `An approval counts ${until}.`
    : `An approval counts ${until}, and for ${writeDuration(expiresMs)} at most.`
}

function explainChecks({ checks, readiness, kubernetes }: EnvironmentPolicy): string[] {
  const sentences: string[] = []
  if (checks.length > 0) {
    const names = checks.map(({ name, skipped }) => (skipped === 'pass' ? `${name} (or skipped)` : name))
    sentences.push(`These checks must be green: ${names.join(', ')}.`)
  }
  if (readiness.checklist !== null) {
    const blocks = {
      new: 'what a change makes worse blocks it',
      all: 'every finding blocks',
      none: 'findings are shown and block nothing',
    }[readiness.block]
    sentences.push(`Checklist ${readiness.checklist} runs; ${blocks}.`)
    if (kubernetes !== null) sentences.push(`Its clusters run Kubernetes ${kubernetes}.`)
  }
  return sentences
}

function explainTime({ windows, promotion }: EnvironmentPolicy): string[] {
  const allowed = windows.filter(({ effect }) => effect === 'allow').map(describeWindow)
  const denied = windows.filter(({ effect }) => effect === 'deny').map(describeWindow)
  const sentences: string[] = []
  if (allowed.length > 0) sentences.push(`Merges only ${listOr(allowed)}.`)
  if (denied.length > 0) sentences.push(`Never merges ${listOr(denied)}.`)
  if (promotion !== null) {
    const soak = promotion.soakMs === 0 ? '' : ` for ${writeDuration(promotion.soakMs)}`
    sentences.push(`A change must have been healthy in ${promotion.from}${soak} before.`)
  }
  return sentences
}

function describeWindow({ text, timeZone, reason }: Window): string {
  return `${text} ${timeZone}${reason === null ? '' : ` (${reason})`}`
}

function explainMerge({ merge, deploy }: EnvironmentPolicy): string {
  const when = merge.when === 'ready' ? 'as soon as everything is ready' : 'when somebody asks with /merge'
  const queue = merge.queue === 'one-at-a-time' ? ', one deployment at a time' : ''
  if (deploy === null) return `Merges (${merge.method}) ${when}${queue}.`
  const failure =
    deploy.onFailure === 'revert' ? 'a failed one opens a revert pull request' : 'a failed one is reported'
  return `Merges (${merge.method}) ${when}${queue}. ${deploy.by} deploys within ${writeDuration(deploy.timeoutMs)}; ${failure}.`
}

function explainRest({ policyChanges, forks, requestReviews }: Policy): string[] {
  const guard =
    policyChanges === null
      ? 'Nobody may sign a change of the policy, so every change of it is an error.'
      : `A change of the policy needs ${policyChanges.count === 1 ? 'one approval' : `${policyChanges.count} approvals`} from ${listOr(policyChanges.from.map(describeSource))}.`
  const fork =
    forks === 'ignore'
      ? 'Pull requests from forks are not rendered and not merged.'
      : 'Pull requests from forks are rendered and judged.'
  const asking =
    requestReviews === 'missing'
      ? 'For each missing signature somebody who may give it is asked for a review.'
      : 'Nobody is asked for a review unless a person asks, or comments /request.'
  return [guard, fork, asking]
}
