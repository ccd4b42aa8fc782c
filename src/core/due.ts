import type { GitHubStatus } from './rollout/read-github-status.ts'
import { changedTicks, type Tick } from './commands/parse-ticks.ts'
import { commentMarker } from './words/comment.ts'

/** What a webhook delivery makes necessary. Nothing is judged here; a payload is only asked which pull requests it is about. */
export type Due =
  /** Judge this pull request. */
  | { readonly kind: 'pull'; readonly number: number }
  /** Judge the open pull requests with this head commit. */
  | { readonly kind: 'head'; readonly sha: string }
  /** Judge the open pull requests into this branch; its tip moved. */
  | { readonly kind: 'base'; readonly ref: string }
  /** Somebody pushed to a branch: remembered as a contributor of the pull requests from it. */
  | { readonly kind: 'pusher'; readonly ref: string; readonly login: string }
  /** Permissions or members of an owner changed: forget what is known and judge its open pull requests. */
  | { readonly kind: 'people'; readonly owner: string }
  /** Execute the slash commands of a new comment. */
  | {
      readonly kind: 'command'
      readonly number: number
      readonly commentId: number
      readonly login: string
      readonly body: string
      readonly createdAt: string
    }
  /** Something told on GitHub how a commit fares: a commit status, or the status of a deployment that is not ours. */
  | { readonly kind: 'told'; readonly status: GitHubStatus }
  /** Somebody ticked or unticked boxes of our own comment. */
  | {
      readonly kind: 'ticks'
      readonly number: number
      readonly login: string
      readonly at: string
      readonly ticks: readonly Tick[]
    }
  /** GitHub's merge queue asks about commits that it would put on a branch. */
  | ({ readonly kind: 'group' } & MergeGroup)
  /** The rules of branches changed: look whether the check is still binding. */
  | { readonly kind: 'protection' }
  /** Look at everything: repositories were added. */
  | { readonly kind: 'sweep' }

/** What a merge queue would put on a branch. */
export interface MergeGroup {
  /** `gh-readonly-queue/main/pr-7-1f2e3d…`: named after the last of its pull requests and the commit that it starts from. */
  readonly headRef: string
  readonly headSha: string
  /** `main`. */
  readonly baseRef: string
  readonly defaultBranch: string
}

export interface DeliveryContext {
  /** Id of our own App: what it does itself makes nothing due. */
  readonly appId: number
}

type Payload = Readonly<Record<string, unknown>>

/**
 * What a delivery makes due. https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * An unknown event, action or shape makes nothing due: the sweep finds what was missed.
 */
export function dueOf(event: string, payload: Payload, context: DeliveryContext): readonly Due[] {
  const action = textAt(payload, 'action')
  switch (event) {
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_thread': {
      const number = numberAt(payload, 'pull_request', 'number')
      return number === undefined ? [] : [{ kind: 'pull', number }]
    }
    case 'issue_comment':
      return action === 'created' ? commandOf(payload) : action === 'edited' ? ticksOf(payload, context) : []
    case 'check_run':
      return checkRunDue(payload, action, context)
    case 'check_suite': {
      const sha = textAt(payload, 'check_suite', 'head_sha')
      const own = numberAt(payload, 'check_suite', 'app', 'id') === context.appId
      return sha === undefined || (own && action !== 'rerequested') ? [] : [{ kind: 'head', sha }]
    }
    case 'status': {
      const sha = textAt(payload, 'sha')
      return sha === undefined ? [] : [{ kind: 'head', sha }, ...statusTold(payload, sha)]
    }
    case 'deployment_status':
      return deploymentTold(payload, context)
    case 'push':
      return pushDue(payload)
    case 'merge_group':
      return action === 'checks_requested' ? groupDue(payload) : []
    case 'member':
    case 'membership':
    case 'team':
    case 'team_add':
    case 'organization':
    case 'repository': {
      const owner =
        textAt(payload, 'organization', 'login') ?? textAt(payload, 'repository', 'owner', 'login')
      return owner === undefined ? [] : [{ kind: 'people', owner }]
    }
    case 'branch_protection_rule':
    case 'repository_ruleset':
      return [{ kind: 'protection' }]
    case 'installation':
    case 'installation_repositories':
      return action === 'deleted' || action === 'suspend' || action === 'removed' ? [] : [{ kind: 'sweep' }]
    default:
      return []
  }
}

function statusTold(payload: Payload, sha: string): readonly Due[] {
  const name = textAt(payload, 'context')
  const state = textAt(payload, 'state')
  const at = textAt(payload, 'updated_at') ?? textAt(payload, 'created_at')
  if (name === undefined || state === undefined || at === undefined) return []
  const description = textAt(payload, 'description') ?? ''
  return [{ kind: 'told', status: { name, sha, state, description, at } }]
}

/** What Countersign says of its own deployments is no news. */
function deploymentTold(payload: Payload, context: DeliveryContext): readonly Due[] {
  const own = numberAt(payload, 'deployment', 'performed_via_github_app', 'id') === context.appId
  const name = textAt(payload, 'deployment', 'environment')
  const sha = textAt(payload, 'deployment', 'sha')
  const state = textAt(payload, 'deployment_status', 'state')
  const at = textAt(payload, 'deployment_status', 'created_at')
  if (own || name === undefined || sha === undefined || state === undefined || at === undefined) return []
  const description = textAt(payload, 'deployment_status', 'description') ?? ''
  return [{ kind: 'told', status: { name, sha, state, description, at } }]
}

function checkRunDue(payload: Payload, action: string | undefined, context: DeliveryContext): readonly Due[] {
  const own = numberAt(payload, 'check_run', 'app', 'id') === context.appId
  const asked = action === 'rerequested' || action === 'requested_action'
  const sha = textAt(payload, 'check_run', 'head_sha')
  return sha === undefined || (own && !asked) ? [] : [{ kind: 'head', sha }]
}

function commandOf(payload: Payload): readonly Due[] {
  const isPull = at(payload, 'issue', 'pull_request') !== undefined
  const number = numberAt(payload, 'issue', 'number')
  const commentId = numberAt(payload, 'comment', 'id')
  const login = textAt(payload, 'comment', 'user', 'login')
  const body = textAt(payload, 'comment', 'body')
  const createdAt = textAt(payload, 'comment', 'created_at')
  const human = textAt(payload, 'comment', 'user', 'type') === 'User'
  if (!isPull || !human || number === undefined || commentId === undefined) return []
  if (login === undefined || body === undefined || createdAt === undefined) return []
  return [{ kind: 'command', number, commentId, login, body, createdAt }]
}

/** Of an edited comment only the boxes of our own count; whatever else somebody wrote into it is put right again. */
function ticksOf(payload: Payload, { appId }: DeliveryContext): readonly Due[] {
  const number = numberAt(payload, 'issue', 'number')
  const body = textAt(payload, 'comment', 'body')
  const isPull = at(payload, 'issue', 'pull_request') !== undefined
  const isOurs = numberAt(payload, 'comment', 'performed_via_github_app', 'id') === appId
  const isPerson = textAt(payload, 'sender', 'type') === 'User'
  if (!isPull || !isOurs || !isPerson || number === undefined || body === undefined) return []
  const before = textAt(payload, 'changes', 'body', 'from')
  if (before === undefined || !before.startsWith(commentMarker)) return []
  const login = textAt(payload, 'sender', 'login')
  const time = textAt(payload, 'comment', 'updated_at')
  const ticks = changedTicks(before, body)
  if (login === undefined || time === undefined || ticks.length === 0) return [{ kind: 'pull', number }]
  return [{ kind: 'ticks', number, login, at: time, ticks }]
}

function groupDue(payload: Payload): readonly Due[] {
  const headRef = branchAt(payload, 'merge_group', 'head_ref')
  const headSha = textAt(payload, 'merge_group', 'head_sha')
  const baseRef = branchAt(payload, 'merge_group', 'base_ref')
  const defaultBranch = textAt(payload, 'repository', 'default_branch')
  if (headRef === undefined || headSha === undefined || baseRef === undefined || defaultBranch === undefined)
    return []
  return [{ kind: 'group', headRef, headSha, baseRef, defaultBranch }]
}

function branchAt(payload: Payload, ...path: readonly string[]): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(textAt(payload, ...path) ?? '')?.[1]
}

function pushDue(payload: Payload): readonly Due[] {
  const ref = /^refs\/heads\/(.+)$/.exec(textAt(payload, 'ref') ?? '')?.[1]
  if (ref === undefined) return []
  const login = textAt(payload, 'sender', 'login')
  const human = textAt(payload, 'sender', 'type') === 'User'
  const pusher: readonly Due[] = login !== undefined && human ? [{ kind: 'pusher', ref, login }] : []
  return [...pusher, { kind: 'base', ref }]
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Payload)[key]
  }
  return current
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : undefined
}
