import { Type, type Static } from '@sinclair/typebox'
import { changeClasses } from '../change/change.ts'
import { deliveryProperties } from './schema-delivery.ts'
import { Count, Duration, From, login, map, name, Name, oneOf } from './schema-parts.ts'

/**
 * The policy file as people write it: the one source of its type, its validator and `policies/schema.json`.
 * `hint` completes "write …" in a problem.
 */

export const ApprovalRuleFile = map(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\r\\n]*\\S[^\\r\\n]*$',
      description: 'What people call these signatures. Unique within the environment.',
      hint: 'a name of at most 100 characters on one line',
    }),
    changes: Type.Optional(
      Type.Array(oneOf(changeClasses, 'A class of change.'), {
        minItems: 1,
        description: 'Classes of change that this rule guards. Absent: every class.',
        hint: `a list of ${changeClasses.join(', ')}`,
      }),
    ),
    count: Type.Optional(Count),
    from: Type.Optional(From),
  },
  'Approvals that a change needs.',
)

const CheckFile = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: 200, hint: 'the name of a check, or a pattern with *' }),
    map(
      {
        name: Type.String({ minLength: 1, maxLength: 200, hint: 'the name of a check, or a pattern with *' }),
        skipped: Type.Optional(oneOf(['pass', 'block'], 'Whether a skipped check is green. Default: block.')),
      },
      'A check with options.',
    ),
  ],
  { hint: 'the name of a check, or { name: e2e, skipped: pass }' },
)

const when = 'a time such as "Mon-Thu 09:00-16:00", or dates such as 2026-12-20/2027-01-03'
const Window = (description: string) => Type.String({ minLength: 1, maxLength: 200, description, hint: when })

const WindowFile = map(
  {
    allow: Type.Optional(
      Window(
        'When merging is allowed: "Mon-Thu 09:00-16:00", "Mon,Wed 22:00-02:00" or dates. Several allow windows add up.',
      ),
    ),
    deny: Type.Optional(
      Window('When merging is not allowed, whatever else is. Dates include their last day.'),
    ),
    timezone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'IANA name of the time zone. Default: UTC.',
        hint: 'a time zone such as Europe/Berlin',
      }),
    ),
    reason: Type.Optional(
      Type.String({ maxLength: 200, description: 'Shown to people who wait.', hint: 'a short text' }),
    ),
  },
  'A window in time: either `allow` or `deny`.',
)

export const environmentProperties = {
  targets: Type.Optional(
    Type.Array(
      Type.String({
        minLength: 1,
        maxLength: 300,
        pattern: '^(?!/)(?!(?:.*/)?\\.\\.(?:/|$))[^\\u0000-\\u001f]+$',
        hint: 'a directory, or a pattern of directories, relative to the repository',
      }),
      {
        description: 'Directories that a deployer applies, or patterns of them, relative to the repository.',
        hint: 'a list such as [deploy/overlays/production]',
        maxItems: 200,
      },
    ),
  ),
  discover: Type.Optional(
    Type.Boolean({
      description: 'Take the targets from Argo CD and Flux objects in the repository. Default: false.',
      hint: 'true or false',
    }),
  ),
  protected: Type.Optional(
    Type.Boolean({
      description:
        'Every change needs a rule that guards it; one that no rule guards is an error. Default: false.',
      hint: 'true or false',
    }),
  ),
  approvals: Type.Optional(
    Type.Array(ApprovalRuleFile, {
      description: 'Who must approve which changes.',
      hint: 'a list of rules',
      maxItems: 50,
    }),
  ),
  'self-approval': Type.Optional(
    oneOf(
      ['never', 'author-only'],
      'never (default): nobody who contributed to the pull request may sign it. author-only: its author may not, other contributors may.',
    ),
  ),
  unattributed: Type.Optional(
    oneOf(
      ['block', 'allow'],
      'What a commit does that GitHub cannot tie to an account: block (default), because nobody can be ruled out, or allow.',
    ),
  ),
  binding: Type.Optional(
    oneOf(
      ['change', 'result', 'commit'],
      'What an approval is bound to: the rendered change (default), the whole rendered result, or the commit.',
    ),
  ),
  distinct: Type.Optional(
    Type.Boolean({
      description: 'One person signs for one rule only. Default: true. false: each rule counts for itself.',
      hint: 'true or false',
    }),
  ),
  expires: Type.Optional(
    Duration('How long an approval counts, from its submission. Absent: it does not expire.'),
  ),
  checks: Type.Optional(
    Type.Array(CheckFile, {
      description: 'Checks of other systems that must be green: names, or patterns with *.',
      hint: 'a list of check names',
      maxItems: 100,
    }),
  ),
  kubernetes: Type.Optional(
    Type.String({
      pattern: '^1\\.\\d{1,3}$',
      description:
        'The Kubernetes version of its clusters, in quotes: API versions that it refuses are findings.',
      hint: 'a version in quotes such as "1.34"',
    }),
  ),
  readiness: Type.Optional(
    map(
      {
        checklist: Type.Optional(
          Name(
            'The checklist to run: production, baseline, or the name of one of your own.',
            'the name of a checklist',
          ),
        ),
        block: Type.Optional(
          oneOf(['new', 'all', 'none'], 'Which findings block: new ones (default), all of them, or none.'),
        ),
      },
      'The production-readiness checklist.',
    ),
  ),
  windows: Type.Optional(
    Type.Array(WindowFile, {
      description: 'When changes may be merged. Without an allow window: always, except in a deny window.',
      hint: 'a list of windows',
      maxItems: 50,
    }),
  ),
  ...deliveryProperties,
  merge: Type.Optional(
    map(
      {
        when: Type.Optional(
          oneOf(
            ['ready', 'command'],
            'Merge as soon as everything is ready, or when somebody asks with /merge (default).',
          ),
        ),
        method: Type.Optional(oneOf(['merge', 'squash', 'rebase'], 'How GitHub merges. Default: merge.')),
        queue: Type.Optional(
          oneOf(
            ['one-at-a-time', 'parallel'],
            'one-at-a-time (default): the next change waits until the deployment before it has ended. parallel: it does not.',
          ),
        ),
      },
      'How and when a ready pull request is merged.',
    ),
  ),
} as const

const EnvironmentFile = map(environmentProperties, 'One environment: its targets and its rules.')

const {
  targets: _targets,
  discover: _discover,
  protected: _protected,
  ...defaultable
} = environmentProperties
const DefaultsFile = map(defaultable, 'Settings for environments that do not say otherwise.')

export const PolicyFile = Type.Object(
  {
    version: Type.Optional(
      Type.Unsafe<1>({ type: 'integer', enum: [1], description: 'The version of this format.', hint: '1' }),
    ),
    extends: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 63, hint: 'standard, regulated or org' }), {
        description:
          'Presets to start from: standard, regulated, or org for the policy of the organisation. A later one wins over an earlier one; this file wins over all of them.',
        hint: 'a list such as [standard]',
        maxItems: 10,
      }),
    ),
    groups: Type.Optional(
      Type.Record(
        Type.String({ pattern: name }),
        Type.Array(Type.String({ pattern: `^${login}$`, hint: 'a GitHub login' }), {
          hint: 'a list of logins',
          maxItems: 1000,
        }),
        {
          additionalProperties: false,
          description: 'People without a GitHub team, by group.',
          hint: 'a map of groups',
        },
      ),
    ),
    defaults: Type.Optional(
      map(
        { protected: Type.Optional(DefaultsFile), unprotected: Type.Optional(DefaultsFile) },
        'Settings for every protected and every unprotected environment. What an environment of the same file says wins.',
      ),
    ),
    environments: Type.Optional(
      Type.Record(Type.String({ pattern: name }), EnvironmentFile, {
        additionalProperties: false,
        description: 'The environments, in the order in which they are shown.',
        hint: 'a map of environments',
      }),
    ),
    'policy-changes': Type.Optional(
      map(
        { count: Type.Optional(Count), from: Type.Optional(From) },
        'Who must approve a change of the policy itself, as it stands on the base branch.',
      ),
    ),
    'request-reviews': Type.Optional(
      oneOf(
        ['missing', 'never'],
        'missing (default): for each missing signature somebody who may give it is asked for a review. never: nobody is asked unless a person does, or comments /request.',
      ),
    ),
    forks: Type.Optional(
      oneOf(
        ['ignore', 'render'],
        'Whether pull requests from forks are rendered and judged. Default: ignore.',
      ),
    ),
  },
  {
    additionalProperties: false,
    title: 'Countersign policy',
    description: 'Who must sign for a change of what runs in an environment, and when it may be merged.',
    hint: 'a map',
  },
)

export type PolicyFile = Static<typeof PolicyFile>
export type EnvironmentFile = Static<typeof EnvironmentFile>
export type EnvironmentDefaults = Static<typeof DefaultsFile>
export type ApprovalRuleShape = Static<typeof ApprovalRuleFile>
