import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeLocal, type LocalParts } from '../../src/compose.ts'
import type { EnvironmentChange } from '../../src/core/targets/target.ts'
import { takeChange, type ChangeRequest } from '../../src/pipeline/take-change.ts'
import { TemporaryRepository, type Edits } from '../adapters/git/temporary-repository.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const repositories: TemporaryRepository[] = []
let parts: LocalParts
beforeAll(async () => {
  parts = await composeLocal({ home, path: process.env.PATH ?? '', color: false })
})
afterAll(() => {
  for (const repository of repositories) repository.remove()
  rmSync(home, { recursive: true, force: true })
})

/** What a second commit on top of some files does to everything that is discovered. */
async function discover(
  files: Edits,
  edits: Edits,
  targets: readonly string[] = [],
  request: Partial<ChangeRequest> = {},
): Promise<EnvironmentChange> {
  const repository = new TemporaryRepository()
  repositories.push(repository)
  repository.commit(files)
  repository.commit(edits)
  const [environment] = await takeChange(
    { ...parts, repository: await parts.openRepository(repository.directory), fingerprintKey: 'test' },
    {
      base: 'HEAD~1',
      head: 'HEAD',
      environments: [{ name: 'all', targets, discover: true }],
      ...request,
    },
  )
  if (environment === undefined) throw new Error('no environment')
  return environment
}

/** As discover, without the files of the objects themselves. */
async function discoverApplied(...args: Parameters<typeof discover>): Promise<EnvironmentChange> {
  const environment = await discover(...args)
  const isFile = (path: string): boolean => /\.(?:yaml|json)$/.test(path)
  return { ...environment, targets: environment.targets.filter(({ path }) => !isFile(path)) }
}

/** `Application argocd/web web: Deployment web /spec/replicas 1 → 2` */
function told({ targets }: EnvironmentChange): readonly string[] {
  return targets.flatMap(({ by, path, change, error }) => {
    const lead = `${by ?? '-'} ${path}`
    if (error !== undefined) return [`${lead}: ${error.code} ${error.message}`]
    return change.resources.flatMap(({ kind, namespace, name, changes, action }) =>
      changes.map((each) => {
        const place = `${lead}: ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
        return action === 'changed'
          ? `${place} ${each.path} ${JSON.stringify(each.before)} → ${JSON.stringify(each.after)}`
          : `${place} ${action}`
      }),
    )
  })
}

const url = 'https://github.com/acme/shop.git'
const web = (image: string, replicas = 1): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: ${replicas}\n  template: {spec: {containers: [{name: web, image: "${image}"}]}}\n`
const application = (source: object, name = 'web'): string =>
  JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: { source: { repoURL: url, targetRevision: 'HEAD', ...source }, destination: { namespace: 'shop' } },
  })
const chart: Edits = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'chart/values.yaml': 'replicas: 1\nimage: web:1\n',
  'chart/templates/web.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}\ndata:\n  replicas: "{{ .Values.replicas }}"\n  image: "{{ .Values.image }}"\n',
}
const kustomize = { 'web/kustomization.yaml': 'resources: [web.yaml]\n', 'web/web.yaml': web('web:1') }

describe('discovered targets: Argo CD', () => {
  it('builds a kustomization as an Application says, and shows a change of the Application', async () => {
    const app = (tag: string): string =>
      application({ path: 'web', kustomize: { images: [`web=registry/web:${tag}`], nameSuffix: '-x' } })
    const found = await discoverApplied(
      { ...kustomize, 'apps/web.yaml': app('2') },
      { 'apps/web.yaml': app('3') },
    )
    expect(told(found)).toEqual([
      'Application argocd/web web: Deployment web-x /spec/template/spec/containers/[name=web]/image "registry/web:2" → "registry/web:3"',
    ])
  })

  it('gives a chart its value files, values, parameters, name and namespace, the strongest last', async () => {
    const app = (replicas: string): string =>
      application({
        path: 'chart',
        helm: {
          releaseName: 'front',
          valueFiles: ['../env/production.yaml'],
          valuesObject: { image: 'web:object' },
          parameters: [{ name: 'replicas', value: replicas }],
        },
      })
    const files = { ...chart, 'env/production.yaml': 'image: web:file\nreplicas: 5\n' }
    expect(
      told(await discoverApplied({ ...files, 'apps/web.yaml': app('2') }, { 'apps/web.yaml': app('3') })),
    ).toEqual(['Application argocd/web chart: ConfigMap shop/front /data/replicas "2" → "3"'])
    const valued = application({ path: 'chart', helm: { valueFiles: ['/env/production.yaml'] } })
    expect(
      told(
        await discoverApplied(
          { ...files, 'apps/web.yaml': valued },
          { 'env/production.yaml': 'image: web:file\nreplicas: 6\n' },
        ),
      ),
    ).toEqual(['Application argocd/web chart: ConfigMap shop/web /data/replicas "5" → "6"'])
  })

  it('reads a directory as deep and as far as it is told', async () => {
    const directory = { recurse: true, exclude: '{skip/*,*.json}' }
    const files = {
      'web/a.yaml': web('web:1'),
      'web/deep/b.yaml': web('web:1').replace('name: web', 'name: b'),
    }
    const found = await discoverApplied(
      {
        ...files,
        'web/skip/c.yaml': web('web:1').replace('name: web', 'name: c'),
        'apps/web.yaml': application({ path: 'web', directory }),
      },
      { 'web/deep/b.yaml': files['web/deep/b.yaml'].replace(': 1', ': 2'), 'web/skip/c.yaml': web('web:2') },
    )
    expect(told(found)).toEqual(['Application argocd/web web: Deployment b /spec/replicas 1 → 2'])
  })

  it('makes the applications of a set: lists, directories and files of git, matrix and merge', async () => {
    const set = (generators: object[], source: object, name = '{{name}}'): string =>
      JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        metadata: { name: 'set', namespace: 'argocd' },
        spec: {
          generators,
          template: {
            metadata: { name },
            spec: { source: { repoURL: url, ...source }, destination: { namespace: 'shop' } },
          },
        },
      })
    const list = {
      list: {
        elements: [
          { name: 'a', tag: '1' },
          { name: 'b', tag: '2' },
        ],
      },
    }
    const merged = {
      merge: { mergeKeys: ['name'], generators: [list, { list: { elements: [{ name: 'b', tag: '3' }] } }] },
    }
    const git = { git: { repoURL: url, directories: [{ path: 'web*' }, { path: 'web-not', exclude: true }] } }
    const file = { git: { repoURL: url, files: [{ path: 'cfg/*.json' }] } }
    const source = { path: 'web', kustomize: { images: ['web:{{tag}}'] } }
    const names = async (text: string): Promise<readonly string[]> => {
      const files = {
        ...kustomize,
        'web-not/web.yaml': web('web:1'),
        'cfg/x.json': '{"cluster": {"tag": "9"}}',
      }
      const { targets, notEvaluated } = await discoverApplied(
        { ...files, 'set.json': text },
        { 'web/web.yaml': web('web:1', 2) },
      )
      return [
        ...targets.map(({ by, path, head }) => {
          const image = JSON.stringify(head.map(({ object }) => object)).match(/"image":"([^"]*)"/)?.[1]
          return `${by ?? ''} ${path} ${image ?? ''}`
        }),
        ...(notEvaluated ?? []).map(({ by, reason }) => `${by}: ${reason}`),
      ]
    }
    expect(await names(set([list], source))).toEqual([
      'Application argocd/a web web:1',
      'Application argocd/b web web:2',
    ])
    expect(await names(set([merged], source))).toEqual([
      'Application argocd/a web web:1',
      'Application argocd/b web web:3',
    ])
    expect(await names(set([git], { path: '{{path}}' }, '{{path.basename}}'))).toEqual([
      'Application argocd/web web web:1',
    ])
    expect(
      await names(
        set(
          [{ matrix: { generators: [file, git] } }],
          { ...source, kustomize: { images: ['web:{{cluster.tag}}'] } },
          '{{path[0]}}',
        ),
      ),
    ).toEqual(['Application argocd/web web web:9'])
    expect(await names(set([{ clusters: {} }], source))).toEqual([
      'ApplicationSet argocd/set: its generator clusters is not known from the repository',
    ])
  })

  it('names what it cannot evaluate, and leaves other repositories alone', async () => {
    const found = await discoverApplied(
      {
        ...kustomize,
        'a.yaml': application({ repoURL: 'https://charts.example.com', chart: 'redis' }, 'redis'),
        'b.yaml': application({ repoURL: 'https://github.com/acme/other', path: 'web' }, 'other'),
        'c.yaml': application({ path: 'web', targetRevision: 'v1.2.3' }, 'pinned'),
        'd.yaml': application(
          { path: 'web', kustomize: { components: ['github.com/evil/x?ref=1'] } },
          'remote',
        ),
      },
      { 'web/web.yaml': web('web:1', 2) },
      [],
      { repository: 'acme/shop' },
    )
    expect(found.notEvaluated?.map(({ by, reason }) => `${by}: ${reason}`)).toEqual([
      'Application argocd/redis: its chart redis is fetched from https://charts.example.com',
      'Application argocd/other: its source is https://github.com/acme/other',
      'Application argocd/pinned: it stays at revision v1.2.3',
    ])
    expect(told(found)).toEqual([
      'Application argocd/remote web: remote-refused github.com/evil/x?ref=1 would be fetched from github.com; what an object adds is taken from this repository alone: copy it here',
    ])
  })

  it('selects by directory and by the file of the object, and loses nothing that a glob names', async () => {
    const files = {
      ...kustomize,
      'prod/web.yaml': application({ path: 'web' }),
      'plain/web.yaml': web('web:1'),
    }
    const edits = { 'web/web.yaml': web('web:1', 2), 'plain/web.yaml': web('web:1', 2) }
    const paths = async (...globs: string[]): Promise<unknown> =>
      (await discoverApplied(files, edits, globs)).targets.map(({ by, path }) => [by, path])
    expect(await paths('prod/*')).toEqual([['Application argocd/web', 'web']])
    expect(await paths('web')).toEqual([['Application argocd/web', 'web']])
    expect(await paths('plain')).toEqual([[undefined, 'plain']])
  })
})

describe('discovered targets: Flux', () => {
  const flux = (spec: object): string =>
    JSON.stringify({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'web', namespace: 'flux-system' },
      spec: { sourceRef: { kind: 'GitRepository', name: 'flux-system' }, path: './web', ...spec },
    })

  it('builds as a Kustomization says: namespace, patches, images, components, variables', async () => {
    const spec = (who: string): object => ({
      targetNamespace: 'shop',
      images: [{ name: 'web', newTag: '7' }],
      components: ['../extra'],
      patches: [
        {
          target: { kind: 'Deployment' },
          patch: '[{"op": "add", "path": "/metadata/labels", "value": {"who": "${who}"}}]',
        },
      ],
      postBuild: { substitute: { who }, substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
    })
    const files = {
      ...kustomize,
      'extra/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [map.yaml]\n',
      'extra/map.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: "${place}-${none:=x}-$${kept}"}\n',
      'vars.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {place: eu}\n',
    }
    const found = await discoverApplied(
      { ...files, 'cluster/web.json': flux(spec('a')) },
      {
        'cluster/web.json': flux(spec('b')),
        'vars.yaml': files['vars.yaml'].replace('eu', 'us'),
      },
    )
    expect(told(found)).toEqual([
      'Kustomization flux-system/web web: ConfigMap shop/map /data/a "eu-x-${kept}" → "us-x-${kept}"',
      'Kustomization flux-system/web web: Deployment shop/web /metadata/labels/who "a" → "b"',
    ])
    expect(JSON.stringify(found.targets[0]?.head)).toContain('"image":"web:7"')
  })

  it('makes a kustomization of all manifests below where there is none', async () => {
    const found = await discoverApplied(
      { 'web/deep/a.yaml': web('web:1'), 'cluster/web.json': flux({ targetNamespace: 'shop' }) },
      { 'web/deep/a.yaml': web('web:1', 2) },
    )
    expect(told(found)).toEqual([
      'Kustomization flux-system/web web: Deployment shop/web /spec/replicas 1 → 2',
    ])
  })

  it('renders a HelmRelease whose chart and values lie in the repository', async () => {
    const release = (spec: object): string =>
      JSON.stringify({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          chart: { spec: { chart: './chart', sourceRef: { kind: 'GitRepository', name: 'x' } } },
          ...spec,
        },
      })
    const values =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vals, namespace: shop}\ndata:\n  values.yaml: |\n    replicas: 4\n'
    const spec = { valuesFrom: [{ kind: 'ConfigMap', name: 'vals' }], values: { image: 'web:own' } }
    const found = await discoverApplied(
      { ...chart, 'vals.yaml': values, 'release.json': release(spec) },
      { 'vals.yaml': values.replace('4', '5') },
    )
    expect(told(found)).toEqual(['HelmRelease shop/web chart: ConfigMap shop/web /data/replicas "4" → "5"'])
    const secret = { valuesFrom: [{ kind: 'Secret', name: 'hidden' }] }
    const unknown = await discoverApplied({ ...chart, 'release.json': release(secret) }, { 'x.txt': 'x' })
    expect(unknown.notEvaluated?.map(({ reason }) => reason)).toEqual([
      'values from the Secret hidden are not known: it is rendered without them',
    ])
  })

  it('shows variables that are not known as they are written, and says so', async () => {
    const spec = {
      postBuild: { substitute: { a: '1' }, substituteFrom: [{ kind: 'Secret', name: 'hidden' }] },
    }
    const map = (value: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: "\${a}-\${b}", c: "${value}"}\n`
    const found = await discoverApplied(
      { 'web/m.yaml': map('1'), 'cluster/web.json': flux(spec) },
      { 'web/m.yaml': map('${b:=2}') },
    )
    expect(told(found)).toEqual(['Kustomization flux-system/web web: ConfigMap m /data/c "1" → "${b:=2}"'])
    expect(JSON.stringify(found.targets[0]?.head)).toContain('"a":"1-${b}"')
    expect(found.notEvaluated?.map(({ reason }) => reason)).toEqual([
      'variables from the Secret hidden are not known: they are shown as they are written',
    ])
  })
})

describe('discovered targets: nothing gets lost', () => {
  it('compares an object that nobody applies from here: the version of a chart from elsewhere', async () => {
    const redis = (version: string): string =>
      application({ repoURL: 'https://charts.example.com', chart: 'redis', targetRevision: version }, 'redis')
    const found = await discover({ 'apps/redis.json': redis('1.0.0') }, { 'apps/redis.json': redis('2.0.0') })
    expect(told(found)).toEqual([
      '- apps/redis.json: Application argocd/redis /spec/source/targetRevision "1.0.0" → "2.0.0"',
    ])
    expect(found.change.classes).toEqual(['image'])
    const removed = await discover({ 'apps/redis.json': redis('1.0.0') }, { 'apps/redis.json': null })
    expect(removed.change.resources.map(({ action, risks }) => [action, risks[0]?.id])).toEqual([
      ['removed', 'deployer-removed'],
    ])
  })

  it('compares it once where a target applies it', async () => {
    const app = (count: number): Edits => ({
      'apps/web.yaml': application({ path: 'web', kustomize: { replicas: [{ name: 'web', count }] } }),
    })
    const files = {
      ...kustomize,
      'apps/kustomization.yaml': 'resources: [web.yaml]\n',
      'root.yaml': application({ path: 'apps' }, 'root'),
    }
    const found = await discover({ ...files, ...app(2) }, app(3))
    expect(told(found)).toEqual([
      'Application argocd/root apps: Application argocd/web /spec/source/kustomize/replicas/[name=web]/count 2 → 3',
      'Application argocd/web web: Deployment web /spec/replicas 2 → 3',
    ])
  })

  it('evaluates what kustomize makes of an Application, and says that it changes it', async () => {
    const files = (kustomization: string): Edits => ({
      'apps/kustomization.yaml': `resources: [web.yaml]\n${kustomization}`,
      'apps/web.yaml': application({ repoURL: url, path: 'web/staging' }),
      'web/staging/web.yaml': web('web:1'),
      'web/production/web.yaml': web('web:1'),
    })
    const patch = (path: string, value: string): string =>
      `patches:\n- target: {kind: Application}\n  patch: |\n    - {op: replace, path: ${path}, value: ${value}}\n`
    const edits = { 'web/production/web.yaml': web('web:2') }
    const targets = ['apps', 'apps/**']
    const moved = await discoverApplied(files(patch('/spec/source/path', 'web/production')), edits, targets)
    expect(told(moved)).toEqual([
      'Application argocd/web web/production: Deployment web /spec/template/spec/containers/[name=web]/image "web:1" → "web:2"',
    ])
    const notEvaluated = [
      {
        by: 'Application argocd/web',
        file: 'apps/web.yaml',
        reason:
          'kustomize changes it in apps: evaluated is what is written, and beside that the directories and names that come of it',
      },
    ]
    expect(moved.notEvaluated).toEqual(notEvaluated)
    const field = await discoverApplied(files(patch('/spec/project', 'other')), edits, targets)
    expect([told(field), field.notEvaluated]).toEqual([[], notEvaluated])
    const labels = await discoverApplied(files('commonLabels: {a: b}\n'), edits, targets)
    expect([told(labels), labels.notEvaluated]).toEqual([[], undefined])
    const other = await discoverApplied(files('images: [{name: web, newTag: "3"}]\n'), edits, targets)
    expect(other.notEvaluated).toBeUndefined()
  })

  it('follows a chart that makes Applications, and charts that those apply', async () => {
    const template = (name: string, path: string): string =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}, namespace: argocd}\nspec:\n  source:\n    repoURL: ${url}\n    path: ${path}\n    targetRevision: HEAD\n  destination: {namespace: "{{ .Values.namespace }}"}\n`
    const values = 'namespace: shop\n'
    const found = await discover(
      {
        ...kustomize,
        'root/Chart.yaml': 'apiVersion: v2\nname: root\nversion: 0.1.0\n',
        'root/values.yaml': values,
        'root/templates/next.yaml': template('next', 'next'),
        'next/Chart.yaml': 'apiVersion: v2\nname: next\nversion: 0.1.0\n',
        'next/values.yaml': values,
        'next/templates/web.yaml': template('web', 'web'),
        'root.yaml': application({ path: 'root' }, 'root'),
      },
      { 'web/web.yaml': web('web:1', 2) },
    )
    expect(told(found)).toEqual(['Application argocd/web web: Deployment web /spec/replicas 1 → 2'])
  })

  it('gives a chart that no object applies the values that are named after the environment', async () => {
    const files = {
      ...chart,
      'chart/values-all.yaml': 'replicas: 7\n',
      'chart/values-other.yaml': 'replicas: 8\n',
    }
    const found = await discover(files, { 'chart/values-all.yaml': 'replicas: 9\n' }, ['chart'])
    expect(told(found)).toEqual([
      'values chart/values-all.yaml chart: ConfigMap default/chart /data/replicas "7" → "9"',
    ])
    expect(told(await discover(files, { 'chart/values-other.yaml': 'replicas: 1\n' }, ['chart']))).toEqual([])
  })
})

describe('ApplicationSets', () => {
  const set = (spec: object): string =>
    JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'set', namespace: 'argocd' },
      spec: {
        goTemplate: true,
        template: {
          metadata: { name: '{{ .name }}' },
          spec: { source: { repoURL: url, path: 'web' }, destination: { namespace: 'shop' } },
        },
        ...spec,
      },
    })
  /** Names of the Applications, and reasons. */
  async function made(spec: object, files: Edits = {}): Promise<readonly string[]> {
    const { targets, notEvaluated = [] } = await discoverApplied(
      { ...kustomize, ...files, 'set.json': set(spec) },
      { 'web/web.yaml': web('web:1', 2) },
    )
    return [
      ...targets.map(({ by = '', path }) => `${by.replace('Application argocd/', '')} ${path}`),
      ...notEvaluated.map(({ reason }) => reason),
    ]
  }
  const list = (...elements: object[]): object => ({ list: { elements } })
  const named = (name: string): object => ({
    template: { metadata: { name }, spec: { source: { repoURL: url, path: 'web' } } },
  })

  it('patches the template of each', async () => {
    const templatePatch =
      '{{- if .patched }}\nspec:\n  source:\n    path: {{ .patched | quote }}\n{{- end }}\n'
    expect(
      await made(
        { templatePatch, generators: [list({ name: 'a', patched: 'other' }, { name: 'b' })] },
        { 'other/web.yaml': web('web:1') },
      ),
    ).toEqual(['a other', 'b web'])
  })

  it('names the parameters of paths after a prefix, with the file', async () => {
    const git = { git: { repoURL: url, pathParamPrefix: 'at', files: [{ path: 'cfg/**/c_*.yaml' }] } }
    const files = { 'cfg/eu/c_1.yaml': 'x: {y: 1}\n' }
    const name = '{{ .at.path.basename }}-{{ .at.path.filenameNormalized | trimSuffix ".yaml" }}-{{ .x.y }}'
    expect(await made({ generators: [git], ...named(name) }, files)).toEqual(['eu-c-1-1 web'])
    expect(
      await made({ goTemplate: false, generators: [git], ...named('{{at.path.basename}}-{{x.y}}') }, files),
    ).toEqual(['eu-1 web'])
  })

  it('lets the second of a matrix use the first, within another matrix too', async () => {
    const inner = {
      matrix: {
        generators: [
          list({ region: 'eu' }, { region: 'us' }),
          { list: { elementsYaml: '[{stage: "{{ .region }}-live"}]' } },
        ],
      },
    }
    const outer = { matrix: { generators: [inner, list({ app: 'x' })] } }
    expect(await made({ generators: [outer], ...named('{{ .app }}-{{ .stage }}') })).toEqual([
      'x-eu-live web',
      'x-us-live web',
    ])
  })

  it('selects among what was generated', async () => {
    const selector = { matchExpressions: [{ key: 'name', operator: 'In', values: ['b'] }] }
    expect(await made({ generators: [{ ...list({ name: 'a' }, { name: 'b' }), selector }] })).toEqual([
      'b web',
    ])
  })

  it('says what it does not evaluate', async () => {
    const one = [list({ name: 'a' })]
    expect(await made({ generators: one, ...named('{{ now }}') })).toEqual([
      'its template calls now, which is not evaluated',
    ])
    expect(await made({ generators: one, ...named('{{ .gone }}') })).toEqual([
      'its template has {{.gone}}, which is not known from the repository',
    ])
    expect(
      await made({ generators: [{ list: { elements: [{}], template: { metadata: { name: 'x' } } } }] }),
    ).toEqual(['its generator has a template of its own'])
  })
})
