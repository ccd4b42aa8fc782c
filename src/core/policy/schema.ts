import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { changeClasses } from '../change/change.ts'

/**
 * The policy file as people write it: the one source of its type, its validator and `policies/schema.json`.
 * `hint` completes "write …" in a problem.
 */

const name = '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$'
const login = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\\[bot\\])?'
const slug = '[A-Za-z0-9_.-]{1,100}'
export const permissionLevels = ['read', 'triage', 'write', 'maintain', 'admin'] as const

function oneOf<const Values extends readonly string[]>(
  values: Values,
  description: string,
): ReturnType<typeof Type.Unsafe<Values[number]>> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values, description })
}

function map<Properties extends Record<string, TSchema>>(
  properties: Properties,
  description: string,
): ReturnType<typeof Type.Object<Properties>> {
  return Type.Object(properties, { additionalProperties: false, description, hint: 'a map' })
}

const Duration = (description: string) =>
  Type.String({
    pattern: '^(?=.)(?:\\d{1,6}d)?(?:\\d{1,6}h)?(?:\\d{1,6}m)?(?:\\d{1,6}s)?$',
    description,
    hint: 'a duration such as 30m, 72h or 7d',
  })

const Name = (description: string, hint: string) => Type.String({ pattern: name, description, hint })

export const From = Type.Array(
  Type.String({
    pattern: `^(?:team:${slug}/${slug}|group:${name.slice(1, -1)}|user:${login}|permission:(?:${permissionLevels.join('|')}))$`,
    hint: `team:<organisation>/<team>, group:<name>, user:<login> or permission:<${permissionLevels.join('|')}>`,
  }),
  {
    description:
      'Who may sign: `team:<organisation>/<team>` (members of its child teams too), `group:<name>` of this file, `user:<login>`, or `permission:<level>` for everybody with that permission or a higher one. Whoever signs needs write permission as well.',
    hint: 'a list such as [team:acme/release, user:carol]',
    maxItems: 100,
  },
)

const Count = Type.Integer({
  minimum: 0,
  maximum: 10,
  default: 1,
  description: 'How many people must approve. 0 says that these changes need no signature.',
  hint: 'a number from 0 to 10',
})

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

const Gate = (what: string) =>
  oneOf(
    ['open', 'command', 'window'],
    `open: always; command: with /promote canary; window: while the environment may be merged to. Says ${what}.`,
  )

const repositoryPath = '^(?!/)(?!(?:.*/)?\\.\\.(?:/|$))[^\\u0000-\\u001f]+$'
const MovePath = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 300,
    pattern: repositoryPath,
    description,
    hint: 'a path relative to the repository, with at most one *',
  })
const Moved = (description: string, hint: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 300, hint }), {
    description,
    hint: `a list of ${hint}`,
    minItems: 1,
    maxItems: 100,
  })

const MoveFile = map(
  {
    images: Type.Optional(
      Moved(
        'Images of a kustomization whose tag and digest move: names, or patterns with *.',
        'names of images',
      ),
    ),
    values: Type.Optional(
      Moved(
        'Values of a YAML file that move, as JSON pointers: /image/tag.',
        'JSON pointers such as /image/tag',
      ),
    ),
    files: Type.Optional(
      Moved('Files of a directory that move whole: names, or patterns with *.', 'names of files'),
    ),
    from: MovePath(
      'The file (of `files`: the directory) in the environment before. A * stands for one name.',
    ),
    to: MovePath(
      'The file (of `files`: the directory) in this environment. A * stands for the same name as in `from`.',
    ),
  },
  'What a promotion moves: exactly one of `images`, `values` and `files`.',
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
  promotion: Type.Optional(
    map(
      {
        from: Type.Optional(
          Name('The environment a change must be healthy in first.', 'the name of an environment'),
        ),
        soak: Type.Optional(Duration('How long it must have been healthy there. Default: 0m.')),
        open: Type.Optional(
          oneOf(
            ['soaked', 'command'],
            'When the promotion pull request is opened: once it has been healthy for long enough (default), or with /promote.',
          ),
        ),
        move: Type.Optional(
          Type.Array(MoveFile, {
            description:
              'What a promotion moves from the environment before. Absent: nothing is promoted by itself.',
            hint: 'a list such as [{ images: [ghcr.io/acme/*], from: staging/kustomization.yaml, to: production/kustomization.yaml }]',
            maxItems: 50,
          }),
        ),
      },
      'The environment that comes before this one.',
    ),
  ),
  deploy: Type.Optional(
    map(
      {
        by: Type.Optional(
          oneOf(['argocd', 'flux', 'flagger', 'argo-rollouts'], 'What deploys this environment.'),
        ),
        timeout: Type.Optional(Duration('How long a deployment may take. Default: 30m.')),
        'on-failure': Type.Optional(
          oneOf(
            ['revert', 'none'],
            'What happens when it fails: a revert pull request is opened, or nothing (default).',
          ),
        ),
        clusters: Type.Optional(
          Type.Array(Name('A cluster as the operator named it.', 'the name of a cluster'), {
            description:
              'Clusters that have to report before it counts as healthy. Absent: every cluster that applies a target of the environment.',
            hint: 'a list such as [prod-eu, prod-us]',
            maxItems: 200,
          }),
        ),
        objects: Type.Optional(
          Type.Array(
            Type.String({
              pattern: '^[A-Z][A-Za-z]{1,62}/(?:[a-z0-9.-]{1,253}/)?[a-z0-9.-]{1,253}$',
              hint: 'Kind/namespace/name, such as Kustomization/flux-system/apps',
            }),
            {
              description:
                'Objects that deploy the environment, as Kind/namespace/name. Absent: those that apply one of its targets from this repository.',
              hint: 'a list such as [Kustomization/flux-system/apps]',
              maxItems: 200,
            },
          ),
        ),
        statuses: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 200, hint: 'a name, or a pattern with *' }), {
            description:
              'Commit statuses, or environments of deployment statuses, of other systems that mean healthy: names, or patterns with *.',
            hint: 'a list such as [kustomization/apps/*]',
            maxItems: 50,
          }),
        ),
        gates: Type.Optional(
          map(
            {
              start: Type.Optional(Gate('whether a canary may start. Default: open')),
              traffic: Type.Optional(Gate('whether a canary may get more traffic. Default: open')),
              promotion: Type.Optional(Gate('whether a canary may be promoted. Default: command')),
            },
            'Gates of progressive delivery (Flagger, Argo Rollouts).',
          ),
        ),
      },
      'How deployments of this environment are followed.',
    ),
  ),
  rollback: Type.Optional(
    map(
      {
        count: Type.Optional(Count),
        from: Type.Optional(From),
        freeze: Type.Optional(
          oneOf(
            ['allow', 'wait'],
            'Whether a rollback merges in a freeze and outside windows: allow (default) or wait.',
          ),
        ),
      },
      'Who must approve a rollback: a pull request of Countersign that takes one deployment back. Absent: the rules of any other change.',
    ),
  ),
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
