import type { Policy } from './policy/policy.ts'

/** What GitHub enforces on a branch, from rulesets and classic protection alike. */
export interface ProtectionFacts {
  readonly defaultBranch: string
  /** Required checks of this name or any other. `app`: null when any source will do. */
  readonly checks: readonly { readonly name: string; readonly app: number | null }[]
  /** A pull request that is behind the branch cannot be merged. */
  readonly upToDateOnly: boolean
  /** Changes come by pull request only. */
  readonly pullRequestOnly: boolean
  readonly forbidsForcePush: boolean
  /** Who may pass by the rules that require the check, as GitHub names them; null: GitHub did not say. */
  readonly bypass: readonly string[] | null
  /** Rulesets that would apply but are switched off. */
  readonly disabled: readonly string[]
}

/**
 * The name of the check run on pull requests into a branch, and of the ruleset that requires it there. A check belongs to a commit and
 * not to a pull request, so the same commit proposed to a lax branch would be green for the default branch as well: only pull requests
 * into the default branch report the plain name.
 */
export function checkNameOn(branch: string, defaultBranch: string): string {
  return branch === defaultBranch ? 'countersign' : `countersign: ${branch}`
}

/** What keeps the check from being binding, each as a sentence; empty when nothing does. */
export function protectionProblems(
  found: ProtectionFacts,
  branch: string,
  appId: number,
  { strict = false }: { readonly strict?: boolean | undefined } = {},
): readonly string[] {
  const checkName = checkNameOn(branch, found.defaultBranch)
  const ours = found.checks.filter(({ name }) => name === checkName)
  const problems: string[] = []
  if (ours.length === 0) {
    const off = found.disabled.length === 0 ? '' : ` (ruleset ${found.disabled.join(', ')} is not enforced)`
    problems.push(
      `${branch} does not require the check ${checkName}${off}: pull requests can be merged without it`,
    )
  } else if (ours.every(({ app }) => app === null)) {
    problems.push(`${branch} takes the check ${checkName} from any source: whoever can write can forge it`)
  } else if (ours.every(({ app }) => app !== appId)) {
    problems.push(
      `${branch} expects the check ${checkName} from another App (${String(ours[0]?.app)}), which never reports it`,
    )
  }
  if (strict && !found.upToDateOnly)
    problems.push(
      `${branch} takes pull requests that are behind it: what they were judged for may be another change`,
    )
  if (!found.pullRequestOnly) problems.push(`${branch} can be pushed to without a pull request`)
  if (!found.forbidsForcePush) problems.push(`${branch} can be force-pushed`)
  if (found.bypass !== null && found.bypass.length > 0)
    problems.push(`${found.bypass.join(', ')} may pass by the rules of ${branch}`)
  return problems
}

/** The part of GitHub's ruleset that is set. */
export interface WantedRuleset {
  readonly name: string
  readonly target: 'branch'
  readonly enforcement: 'active'
  readonly bypass_actors: []
  readonly conditions: { readonly ref_name: { include: string[]; exclude: string[] } }
  readonly rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'pull_request'
      parameters: {
        required_approving_review_count: number
        dismiss_stale_reviews_on_push: boolean
        require_code_owner_review: boolean
        require_last_push_approval: boolean
        required_review_thread_resolution: boolean
      }
    },
    {
      type: 'required_status_checks'
      parameters: {
        strict_required_status_checks_policy: boolean
        required_status_checks: { context: string; integration_id: number }[]
      }
    },
  ]
}

/**
 * The ruleset that makes the check binding. Reviews are counted by Countersign; GitHub only has to insist on a pull request, and to
 * dismiss reviews with a push where every protected environment binds approvals to the commit: where they bind to the change, GitHub's
 * dismissal would void approvals that still hold. https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
 */
export function wantedRuleset(
  policy: Policy | undefined,
  { branch, defaultBranch }: { readonly branch: string; readonly defaultBranch: string },
  appId: number,
  { strict = false }: { readonly strict?: boolean | undefined } = {},
): WantedRuleset {
  const checkName = checkNameOn(branch, defaultBranch)
  const guarded = (policy?.environments ?? []).filter((each) => each.protected)
  return {
    name: checkName,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [],
    conditions: {
      ref_name: {
        include: [branch === defaultBranch ? '~DEFAULT_BRANCH' : `refs/heads/${branch}`],
        exclude: [],
      },
    },
    rules: [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 0,
          dismiss_stale_reviews_on_push:
            guarded.length > 0 && guarded.every(({ binding }) => binding === 'commit'),
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: strict,
          required_status_checks: [{ context: checkName, integration_id: appId }],
        },
      },
    ],
  }
}
