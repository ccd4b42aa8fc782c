import { Type } from '@sinclair/typebox'
import { rolloutStates } from '../core/rollout/rollout-state.ts'

const Time = Type.String({ format: 'date-time' })
const State = Type.Union(
  rolloutStates.map((state) => Type.Literal(state)),
  { description: 'Where a deployment is; docs/connect says what each state means.' },
)
const Null = Type.Null()
const closed = { additionalProperties: false }

const Deployment = Type.Object(
  {
    environment: Type.String(),
    pull: Type.Integer({ description: 'The pull request that was merged.' }),
    sha: Type.String({ description: 'The merge commit.' }),
    base: Type.String({ description: 'The commit of the branch before it.' }),
    mergedAt: Time,
    mergedBy: Type.Union([Type.String(), Null]),
    classes: Type.Array(Type.String(), {
      description: 'What kind of change it was: image, config, scale, …',
    }),
    signatures: Type.Array(Type.Object({ rule: Type.String(), people: Type.Array(Type.String()) }, closed), {
      description: 'Who signed, by rule, as it was decided for the merge.',
    }),
    state: State,
    sentence: Type.String(),
    since: Time,
    firstHealthyAt: Type.Union([Time, Null]),
    objects: Type.Array(
      Type.Object(
        {
          cluster: Type.String(),
          kind: Type.String(),
          namespace: Type.String(),
          name: Type.String(),
          state: State,
          sentence: Type.String(),
          revision: Type.Union([Type.String(), Null]),
        },
        closed,
      ),
      { description: 'What deploys it, as last seen.' },
    ),
  },
  closed,
)

/** What `GET …/deployments` answers; core/rollout/history.ts makes it. */
export const HistorySchema = Type.Object(
  {
    version: Type.Literal(1, { description: 'Another one when a field goes or means something else.' }),
    repository: Type.String(),
    environments: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          live: Type.Union([Deployment, Null], {
            description: 'What runs there as far as it was seen.',
          }),
          liveSince: Type.Union([Time, Null]),
          newer: Type.Array(Deployment, { description: 'Merged after it and not there, newest first.' }),
        },
        closed,
      ),
    ),
    deployments: Type.Array(Deployment, { description: 'Newest merge first.' }),
  },
  closed,
)

const Problem = Type.Object({ error: Type.String() }, closed)

const answer = (description: string, schema: object): object => ({
  description,
  content: { 'application/json': { schema } },
})

const parameter = (name: string, where: 'path' | 'query', schema: object, description: string): object => ({
  name,
  in: where,
  required: where === 'path',
  description,
  schema,
})

/** https://spec.openapis.org/oas/v3.1.1.html */
export const apiDescription = {
  openapi: '3.1.0',
  info: {
    title: 'Countersign',
    version: '1',
    description: 'What is deployed where, since when, by which pull request and whose signatures.',
  },
  security: [{ token: [] }],
  paths: {
    '/api/v1/repositories/{owner}/{repo}/deployments': {
      get: {
        operationId: 'listDeployments',
        summary: 'What is live in each environment, and the last deployments',
        parameters: [
          parameter('owner', 'path', { type: 'string' }, 'Who owns the repository on GitHub.'),
          parameter('repo', 'path', { type: 'string' }, 'The name of the repository.'),
          parameter('environment', 'query', { type: 'string' }, 'Only this environment.'),
          parameter(
            'limit',
            'query',
            { type: 'integer', minimum: 1, maximum: 100, default: 30 },
            'How many of the last deployments.',
          ),
        ],
        responses: {
          '200': answer('What is in the record; empty lists for a repository that is not.', HistorySchema),
          '400': answer('A parameter makes no sense.', Problem),
          '401': answer('The bearer token is missing or wrong.', Problem),
          '500': answer('It failed on our side, and was logged.', Problem),
        },
      },
    },
  },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'COUNTERSIGN_API_TOKEN of the server.' },
    },
  },
} as const
