import { Type } from '@sinclair/typebox'
import { Count, Duration, From, map, Name, oneOf } from './schema-parts.ts'

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

/** What happens after a merge: where a change goes next, how it is followed, and how it is taken back. */
export const deliveryProperties = {
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
} as const
