import { Type, type Static } from '@sinclair/typebox'
import { compileSchema, validateAt } from '../policy/schema-problems.ts'
import { readYaml, writePath } from '../policy/yaml-source.ts'
import type { Parsed, Problem } from '../problem.ts'

const Path = (description: string) =>
  Type.String({ minLength: 1, maxLength: 4096, description, hint: 'the path of a file' })

const ClusterFile = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
      description: 'What the policy and every message call the cluster.',
      hint: 'a name such as prod-eu',
    }),
    kubeconfig: Type.Optional(Path('Access to the API of Kubernetes; reading is enough.')),
    context: Type.Optional(
      Type.String({ minLength: 1, maxLength: 253, hint: 'a context of the kubeconfig' }),
    ),
    argocd: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            pattern: '^https?://[^\\s]+$',
            hint: 'a URL such as https://argocd.example.com',
          }),
          'token-file': Path('A token of an account that may get applications.'),
        },
        { additionalProperties: false, hint: '{ url: …, token-file: … }' },
      ),
    ),
    'hook-secret-file': Type.Optional(
      Path(
        'The secret that the cluster shows or signs with when it calls: the HMAC key of Flux, the token of Argo CD, Flagger and Argo Rollouts.',
      ),
    ),
  },
  { additionalProperties: false, hint: 'a map' },
)

const ClustersFile = Type.Object(
  {
    clusters: Type.Array(ClusterFile, { hint: 'a list of clusters', maxItems: 500 }),
  },
  { additionalProperties: false, hint: 'a map with the key clusters' },
)

/** A cluster as the operator names it. Paths are as written; relative ones are relative to the file. */
export interface Cluster {
  readonly name: string
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
  readonly argocd?: { readonly url: string; readonly tokenFile: string } | undefined
  readonly hookSecretFile?: string | undefined
}

const validate = compileSchema<Static<typeof ClustersFile>>(ClustersFile)

/** The operator's file of clusters: every problem at once, each with its place. */
export function parseClusters(file: string, text: string): Parsed<readonly Cluster[]> {
  const source = readYaml(file, text)
  if (!source.ok) return source
  const { problems } = validateAt(validate, source.value, source.value.value)
  if (problems.length > 0) return { ok: false, problems }
  const { clusters } = source.value.value as Static<typeof ClustersFile>
  const found: Problem[] = []
  const report = (index: number, key: string, message: string): void => {
    const path = ['clusters', index, key]
    found.push({ file, ...source.value.locate(path), path: writePath(path), message })
  }
  const seen = new Set<string>()
  clusters.forEach((cluster, index) => {
    const name = cluster.name.toLowerCase()
    if (seen.has(name))
      report(index, 'name', `a second cluster is called ${cluster.name}; write another name`)
    seen.add(name)
    if (
      cluster.kubeconfig === undefined &&
      cluster.argocd === undefined &&
      cluster['hook-secret-file'] === undefined
    )
      report(index, 'name', 'nothing is known of this cluster; write kubeconfig, argocd or hook-secret-file')
    if (cluster.context !== undefined && cluster.kubeconfig === undefined)
      report(index, 'context', 'a context belongs to a kubeconfig; write that too')
  })
  if (found.length > 0) return { ok: false, problems: found }
  return {
    ok: true,
    value: clusters.map(({ name, kubeconfig, context, argocd, ...rest }) => ({
      name,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
      ...(argocd === undefined ? {} : { argocd: { url: argocd.url, tokenFile: argocd['token-file'] } }),
      ...(rest['hook-secret-file'] === undefined ? {} : { hookSecretFile: rest['hook-secret-file'] }),
    })),
  }
}
