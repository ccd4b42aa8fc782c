import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { changeClasses } from '../change/change.ts'
import { verdicts } from '../decision.ts'
import { permissionLevels } from '../policy/schema-parts.ts'

/** The public format of cases: tests for a policy. Everything but the pull request's author may be left out. */

function oneOf<const Values extends readonly string[]>(
  values: Values,
): ReturnType<typeof Type.Unsafe<Values[number]>> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values })
}

function map<Properties extends Record<string, TSchema>>(
  properties: Properties,
  hint: string,
): ReturnType<typeof Type.Object<Properties>> {
  return Type.Object(properties, { additionalProperties: false, hint })
}

const Text = (hint: string) => Type.String({ maxLength: 100_000, hint })
const Login = Type.String({ minLength: 1, maxLength: 100, hint: 'a login' })
const Logins = Type.Array(Login, { hint: 'a list of logins' })
/** Without a zone a time would mean something else on every machine. */
export const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2}))?$',
  hint: 'a time such as 2026-03-02T12:00:00Z',
})
const Count = Type.Integer({ minimum: 0, hint: 'a whole number' })
const CommitId = Type.String({ minLength: 1, hint: 'the id of a commit' })

const ActorShape = Type.Union(
  [
    Login,
    map(
      {
        login: Login,
        type: Type.Optional(oneOf(['User', 'Bot', 'Organization', 'Mannequin', 'EnterpriseUserAccount'])),
      },
      'a map',
    ),
    Type.Null(),
  ],
  { hint: 'a login, { login, type }, or null' },
)

const CommitShape = map(
  {
    id: CommitId,
    author: Type.Optional(ActorShape),
    committer: Type.Optional(ActorShape),
    coAuthors: Type.Optional(Type.Array(ActorShape, { hint: 'a list of logins' })),
    parents: Type.Optional(Type.Array(CommitId, { hint: 'a list of commit ids' })),
  },
  'a commit such as { id: c1, author: mallory }',
)

const ReviewShape = map(
  {
    by: ActorShape,
    state: oneOf(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED']),
    at: Type.Optional(Time),
    commit: Type.Optional(Type.Union([CommitId, Type.Null()], { hint: 'the id of a commit, or null' })),
    body: Type.Optional(Text('a text')),
    editedBy: Type.Optional(Login),
  },
  'a review such as { by: alice, state: APPROVED, at: 2026-03-02T10:00:00Z, commit: c1 }',
)

const CheckShape = map(
  {
    name: Text('the name of a check'),
    app: Type.Optional(Text('the slug of an app')),
    status: Type.Optional(oneOf(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'])),
    conclusion: Type.Optional(
      Type.Union([Type.String(), Type.Null()], { hint: 'a conclusion such as success, or null' }),
    ),
    at: Type.Optional(Time),
  },
  'a check such as { name: ci/build, status: completed, conclusion: success }',
)

const PullShape = map(
  {
    number: Type.Optional(Type.Integer({ minimum: 1, hint: 'the number of the pull request' })),
    author: ActorShape,
    base: Type.Optional(Text('the name of a branch')),
    baseChangedAt: Type.Optional(Time),
    headSince: Type.Optional(Time),
    head: Type.Optional(CommitId),
    state: Type.Optional(oneOf(['open', 'closed', 'merged'])),
    draft: Type.Optional(Type.Boolean({ hint: 'true or false' })),
    fork: Type.Optional(Type.Boolean({ hint: 'true or false' })),
    mergeable: Type.Optional(oneOf(['mergeable', 'conflicting', 'unknown'])),
    commits: Type.Optional(Type.Array(CommitShape, { hint: 'a list of commits' })),
    commitsIncomplete: Type.Optional(Text('the reason why the commits could not be read')),
    reviews: Type.Optional(Type.Array(ReviewShape, { hint: 'a list of reviews' })),
    checks: Type.Optional(Type.Array(CheckShape, { hint: 'a list of checks' })),
    holds: Type.Optional(
      Type.Array(
        map({ by: Login, at: Type.Optional(Time), reason: Type.Optional(Text('a text')) }, 'a hold'),
        { hint: 'a list of holds' },
      ),
    ),
    files: Type.Optional(Type.Array(Text('a path'), { hint: 'a list of paths' })),
    changedFiles: Type.Optional(Count),
    pushers: Type.Optional(Logins),
    commandBy: Type.Optional(Login),
    promotes: Type.Optional(map({ contributors: Type.Optional(Logins) }, '{ contributors: [erin] }')),
    mergeAsked: Type.Optional(
      map({ by: Login, at: Type.Optional(Time), head: Type.Optional(CommitId) }, '{ by: alice }'),
    ),
  },
  'a map with at least the author',
)

const CommitValues = Type.Record(Type.String(), Type.String({ hint: 'a digest' }), {
  hint: 'a map from commits to digests',
})

const ChangeShape = map(
  {
    classes: Type.Optional(
      Type.Array(oneOf(changeClasses), { hint: `a list of ${changeClasses.join(', ')}` }),
    ),
    digests: Type.Optional(CommitValues),
    results: Type.Optional(CommitValues),
    readiness: Type.Optional(
      map({ new: Type.Optional(Count), all: Type.Optional(Count) }, '{ new: 0, all: 3 }'),
    ),
    failed: Type.Optional(Text('why it could not be rendered')),
  },
  'a change such as { classes: [image] }',
)

const EnvironmentShape = map(
  {
    frozen: Type.Optional(
      map(
        { by: Type.Optional(Login), until: Type.Optional(Time), reason: Type.Optional(Text('a text')) },
        '{ by: alice, until: 2026-03-02T18:00:00Z, reason: migration }',
      ),
    ),
    deploying: Type.Optional(Type.Integer({ minimum: 1, hint: 'the number of a pull request' })),
    healthySince: Type.Optional(Time),
  },
  'a map',
)

const IgnoredWord = oneOf([
  'bot',
  'author',
  'contributor',
  'no-write-permission',
  'not-eligible',
  'dismissed',
  'changes-requested',
  'stale',
  'expired',
  'narrowed',
  'used-elsewhere',
  'surplus',
])

const RuleExpectation = map(
  {
    state: Type.Optional(oneOf(['satisfied', 'waiting', 'not-needed', 'error'])),
    have: Type.Optional(Count),
    need: Type.Optional(Count),
    counted: Type.Optional(Logins),
    ignored: Type.Optional(
      Type.Union(
        [
          Type.Record(Type.String(), IgnoredWord),
          Type.Array(
            Type.Union([Login, Type.Record(Type.String(), Type.String())], {
              hint: 'a login, or alice: stale',
            }),
          ),
        ],
        { hint: 'a map such as { alice: stale }' },
      ),
    ),
    maySign: Type.Optional(Logins),
  },
  'a map such as { have: 1, need: 2 }',
)

const Codes = Type.Array(Type.String({ hint: 'the code of a reason' }), {
  hint: 'a list of codes of reasons',
})

const Expectation = map(
  {
    verdict: Type.Optional(oneOf(verdicts)),
    reasons: Type.Optional(Codes),
    title: Type.Optional(Text('the title of the check')),
    environments: Type.Optional(
      Type.Record(
        Type.String(),
        map(
          {
            verdict: Type.Optional(oneOf(verdicts)),
            reasons: Type.Optional(Codes),
            rules: Type.Optional(Type.Record(Type.String(), RuleExpectation, { hint: 'a map of rules' })),
          },
          'a map such as { verdict: waiting }',
        ),
        { hint: 'a map of environments' },
      ),
    ),
    policyChanges: Type.Optional(RuleExpectation),
    merge: Type.Optional(
      Type.Unsafe<'merge' | 'squash' | 'rebase' | 'no'>({
        type: 'string',
        enum: ['merge', 'squash', 'rebase', 'no'],
      }),
    ),
    judgeAgainAt: Type.Optional(Time),
  },
  'a map of what is expected',
)

export const CaseShape = map(
  {
    name: Type.String({ minLength: 1, hint: 'what the case shows, in a sentence' }),
    now: Type.Optional(Time),
    policy: Type.Optional(Type.Unknown()),
    policyFile: Type.Optional(Type.String({ minLength: 1, hint: 'a path relative to this file' })),
    pull: PullShape,
    people: Type.Optional(
      Type.Record(
        Type.String(),
        map(
          {
            permission: Type.Optional(oneOf(['none', ...permissionLevels])),
            teams: Type.Optional(
              Type.Array(Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$', hint: 'organisation/team' }), {
                hint: 'a list of teams',
              }),
            ),
          },
          '{ permission: write, teams: [acme/platform] }',
        ),
        { hint: 'a map of people' },
      ),
    ),
    teams: Type.Optional(
      Type.Record(Type.String(), Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$', hint: 'organisation/team' }), {
        hint: 'a map from a team to its parent',
      }),
    ),
    lookups: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^(?:team:[^/\\s]+/[^/\\s]+|user:\\S+)$' }),
        oneOf(['missing', 'failed']),
        {
          additionalProperties: false,
          hint: 'a map such as { team:acme/x: missing, user:alice: failed }',
        },
      ),
    ),
    changes: Type.Optional(Type.Record(Type.String(), ChangeShape, { hint: 'a map of environments' })),
    environments: Type.Optional(
      Type.Record(Type.String(), EnvironmentShape, { hint: 'a map of environments' }),
    ),
    expect: Expectation,
  },
  'a case',
)

export const CaseFileShape = Type.Object(
  {
    version: Type.Optional(Type.Unsafe<1>({ type: 'integer', enum: [1] })),
    policy: Type.Optional(Type.Unknown()),
    policyFile: Type.Optional(Type.String({ minLength: 1, hint: 'a path relative to this file' })),
    cases: Type.Array(CaseShape, { minItems: 1, hint: 'a list of cases' }),
  },
  { additionalProperties: false, hint: 'a map with policy and cases' },
)

export type CaseFileShape = Static<typeof CaseFileShape>
export type CaseShape = Static<typeof CaseShape>
export type ActorShape = Static<typeof ActorShape>
export type RuleExpectation = Static<typeof RuleExpectation>
