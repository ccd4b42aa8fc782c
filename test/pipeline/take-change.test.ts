import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
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

function repositoryWith(files: Edits): TemporaryRepository {
  const repository = new TemporaryRepository()
  repositories.push(repository)
  repository.commit(files)
  return repository
}

async function take(
  repository: TemporaryRepository,
  targets: readonly string[],
  request: Partial<ChangeRequest> = {},
): Promise<EnvironmentChange> {
  const [environment] = await takeChange(
    { ...parts, repository: await parts.openRepository(repository.directory), fingerprintKey: 'test' },
    { base: 'HEAD~1', head: 'HEAD', environments: [{ name: 'production', targets }], ...request },
  )
  if (environment === undefined) throw new Error('no environment')
  return environment
}

const deployment = (name: string, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    matchLabels: {app: ${name}}\n  template:\n    metadata:\n      labels: {app: ${name}}\n    spec:\n      containers:\n        - name: app\n          image: ${image}\n`

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: token\n`

/** One of everything that a kustomization can name; `token` stands where a change of the file changes the rendering. */
const everything: Edits = {
  'bases/app/kustomization.yaml':
    'resources: [deployment.yaml, settings/one.yaml]\ncommonAnnotations: {a: token}\n',
  'bases/app/deployment.yaml': deployment('app', 'registry/app:token'),
  'bases/app/settings/one.yaml': configMap('one'),
  'bases/app/unused.yaml': configMap('unused'),
  'bases/db/Kustomization': 'resources: [db.yaml]\n# token\n',
  'bases/db/db.yaml': configMap('db'),
  'components/extra/kustomization.yml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n# token\n',
  'components/extra/extra.yaml': configMap('extra'),
  'overlays/production/kustomization.yaml': [
    'namespace: production',
    'resources: [../../bases/app, ../../bases/db, linked.yaml, linked, sub, person.yaml]',
    'components: [../../components/extra]',
    'patches: [{path: patch.yaml}, {path: patch.json, target: {kind: ConfigMap, name: one}}]',
    'patchesStrategicMerge: [merge.yaml]',
    'configMapGenerator: [{name: files, files: [app.properties, renamed=other.txt], envs: [env.properties]}]',
    'secretGenerator: [{name: secret, files: [secret.txt]}]',
    'replacements: [{path: replacement.yaml}]',
    'transformers: [transformer.yaml]',
    'generators: [generator.yaml]',
    'configurations: [names.yaml]',
    'crds: [crd.json]',
    'validators: [validator.yaml]',
    'openapi: {path: openapi.json}',
    '# token',
    '',
  ].join('\n'),
  'overlays/production/linked.yaml': { link: 'real/target.yaml' },
  'overlays/production/linked': { link: '../../elsewhere' },
  'elsewhere/kustomization.yaml': 'resources: [one.yaml]\nnamePrefix: linked-\n# token\n',
  'elsewhere/one.yaml': configMap('elsewhere'),
  'elsewhere/other.yaml': configMap('other'),
  'overlays/production/validator.yaml':
    'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: v}\nannotations: {}\n# token\n',
  'overlays/production/openapi.json': '{"definitions": {"x": {"description": "token"}}}\n',
  'overlays/production/real/target.yaml': configMap('linked'),
  'overlays/production/sub/kustomization.yaml': 'resources: [sub.yaml]\n# token\n',
  'overlays/production/sub/sub.yaml': configMap('sub'),
  'overlays/production/person.yaml':
    'apiVersion: example.com/v1\nkind: Person\nmetadata: {name: a}\nspec: {config: one, note: token}\n',
  'overlays/production/patch.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, annotations: {b: token}}\n',
  'overlays/production/patch.json': '[{"op": "add", "path": "/data/json", "value": "token"}]\n',
  'overlays/production/merge.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata: {merged: token}\n',
  'overlays/production/app.properties': 'a=token\n',
  'overlays/production/other.txt': 'token\n',
  'overlays/production/env.properties': 'ENV=token\n',
  'overlays/production/secret.txt': 'token\n',
  'overlays/production/replacement.yaml':
    'source: {kind: ConfigMap, name: one, fieldPath: data.key}\ntargets: [{select: {kind: ConfigMap, name: db}, fieldPaths: [data.token], options: {create: true}}]\n',
  'overlays/production/transformer.yaml':
    'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: transformed.yaml\n# token\n',
  'overlays/production/transformed.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, annotations: {c: token}}\n',
  'overlays/production/generator.yaml':
    'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: generated}\nfiles: [generated.txt]\nliterals: [x=token]\n',
  'overlays/production/generated.txt': 'token\n',
  'overlays/production/names.yaml':
    'nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: Person, path: spec/config}]}]\n# token\n',
  'overlays/production/crd.json': '{"x": {"Schema": {"description": "token"}}}\n',
  'overlays/production/ignored.yaml': configMap('ignored'),
  'overlays/staging/kustomization.yaml': 'nameSuffix: -staging\nresources: [../../bases/app]\n# token\n',
  'README.md': 'token\n',
}

describe('takeChange: inputs', () => {
  it('finds a target affected exactly where rendering everything by hand differs, for every file of a tree', async () => {
    const repository = repositoryWith(everything)
    const targets = ['overlays/production', 'overlays/staging']
    const base = repository.git('rev-parse', 'HEAD')
    const paths = Object.entries(everything).flatMap(([path, content]) =>
      typeof content === 'string' ? [{ path, content: content.replaceAll('token', 'other') }] : [],
    )
    const [before = [], ...afters] = await renderByHand([[], ...paths.map((each) => [each])], targets)
    expect(before.map((text) => text.includes('token'))).toEqual([true, true])
    const wrong: string[] = []
    const opened = await parts.openRepository(repository.directory)
    const heads = repository.variants(
      base,
      paths.map(({ path, content }) => ({ [path]: content })),
    )
    await Promise.all(
      paths.map(async ({ path }, number) => {
        const [environment] = await takeChange(
          { ...parts, repository: opened, fingerprintKey: 'test' },
          { base, head: heads[number] ?? '', environments: [{ name: 'all', targets }] },
        )
        for (const [index, target] of targets.entries()) {
          const found = environment?.targets.find((each) => each.path === target)
          const differs = afters[number]?.[index] !== before[index]
          const shown = (found?.change.resources.length ?? 0) > 0
          if (differs !== shown || (differs && found?.affected !== true) || found?.error !== undefined)
            wrong.push(
              `${path} → ${target}: ${differs} by hand, ${shown} found ${found?.error?.message ?? ''}`,
            )
          if (shown && (found?.why[0] !== path || found.why.at(-1) !== target))
            wrong.push(`why ${found?.why.join(' → ')}`)
        }
      }),
    )
    expect(wrong).toEqual([])
  })

  it('finds a target affected exactly where a removed file makes it fail or come out differently', async () => {
    const repository = repositoryWith(everything)
    const base = repository.git('rev-parse', 'HEAD')
    const targets = ['overlays/production', 'overlays/staging']
    const paths = Object.keys(everything)
    const heads = repository.variants(
      base,
      paths.map((path) => ({ [path]: null })),
    )
    const opened = await parts.openRepository(repository.directory)
    const wholes = await renderWithout([undefined, ...paths], targets)
    const [whole = []] = wholes
    const wrong: string[] = []
    await Promise.all(
      paths.map(async (path, number) => {
        const [environment] = await takeChange(
          { ...parts, repository: opened, fingerprintKey: 'test' },
          { base, head: heads[number] ?? '', environments: [{ name: 'all', targets }] },
        )
        for (const [index, target] of targets.entries()) {
          const found = environment?.targets.find((each) => each.path === target)
          const without = wholes[number + 1]?.[index]
          const differs = without !== whole[index]
          const shown = found?.error !== undefined || (found?.change.resources.length ?? 0) > 0
          if (differs !== shown || (differs && found?.affected !== true))
            wrong.push(`without ${path}: ${target}: ${differs} by hand, ${shown} found`)
        }
      }),
    )
    expect(wrong).toEqual([])
  })

  /** What each target renders to without each file; undefined where it does not. One tree, hidden file by file. */
  async function renderWithout(
    paths: readonly (string | undefined)[],
    targets: readonly string[],
  ): Promise<readonly (readonly (string | undefined)[])[]> {
    const { file, lead } = parts.tools.kustomize ?? { file: '', lead: [] }
    return Promise.all(
      paths.map(async (hidden) => {
        const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
        for (const [path, content] of Object.entries(everything)) {
          if (path === hidden || content === null) continue
          mkdirSync(dirname(join(folder, path)), { recursive: true })
          if (typeof content === 'string') writeFileSync(join(folder, path), content)
          else symlinkSync(content.link, join(folder, path))
        }
        const rendered = await Promise.all(
          targets.map((target) =>
            // A directory that git does not keep is not there either.
            promisify(execFile)(file, [...lead, join(folder, target)]).then(
              ({ stdout }) => stdout,
              () => undefined,
            ),
          ),
        )
        rmSync(folder, { recursive: true, force: true })
        return rendered
      }),
    )
  }

  /** What `kustomize` makes of each target in each variant of the tree. Many variants in one process: each in a namespace of its own. */
  async function renderByHand(
    variants: readonly (readonly { readonly path: string; readonly content: string }[])[],
    targets: readonly string[],
  ): Promise<readonly (readonly string[])[]> {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
    const write = (path: string, content: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    try {
      variants.forEach((edits, variant) => {
        for (const [path, content] of Object.entries(everything))
          if (typeof content === 'string') write(`${variant}/${path}`, content)
          else if (content !== null) {
            mkdirSync(dirname(join(folder, `${variant}/${path}`)), { recursive: true })
            symlinkSync(content.link, join(folder, `${variant}/${path}`))
          }
        for (const { path, content } of edits) write(`${variant}/${path}`, content)
        targets.forEach((target, index) =>
          write(
            `one-${variant}-${index}/kustomization.yaml`,
            `namespace: v-${variant}-${index}-end\nresources: [../${variant}/${target}]\n`,
          ),
        )
      })
      const ones = variants.flatMap((_, variant) => targets.map((_, index) => `../one-${variant}-${index}`))
      const batch = 32
      const starts = Array.from({ length: Math.ceil(ones.length / batch) }, (_, index) => index * batch)
      const rendered = await Promise.all(
        starts.map(async (start) => {
          write(
            `all-${start}/kustomization.yaml`,
            JSON.stringify({ resources: ones.slice(start, start + batch) }),
          )
          const { file, lead } = parts.tools.kustomize ?? { file: '', lead: [] }
          return (await promisify(execFile)(file, [...lead, join(folder, `all-${start}`)])).stdout
        }),
      )
      const documents = rendered.flatMap((text) => text.split(/^---\n/m))
      return variants.map((_, variant) =>
        targets.map((_, index) => {
          const namespace = `v-${variant}-${index}-end`
          const own = documents.filter((text) => text.includes(`namespace: ${namespace}\n`))
          return own.map((text) => text.replaceAll(namespace, 'v')).join('---\n')
        }),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  it('renders nothing again, and each set of inputs once however many ask at the same time', async () => {
    const repository = repositoryWith(everything)
    repository.commit({ 'bases/db/db.yaml': configMap('db').replace('token', 'x') })
    const rendered: string[] = []
    const { kustomize } = parts.renderers
    if (kustomize === undefined) throw new Error('no kustomize')
    const renderers = {
      kustomize: {
        version: () => kustomize.version(),
        render: (request: Parameters<typeof kustomize.render>[0]) => {
          rendered.push(request.target)
          return kustomize.render(request)
        },
      },
    }
    const cache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() }
    const opened = await parts.openRepository(repository.directory)
    const judge = (): Promise<readonly EnvironmentChange[]> =>
      takeChange(
        { renderers, cache, repository: opened, fingerprintKey: 'test' },
        { base: 'HEAD~1', head: 'HEAD', environments: [{ name: 'all', targets: ['overlays/*'] }] },
      )
    const [first, second] = await Promise.all([judge(), judge()])
    const third = await judge()
    expect(rendered).toEqual(['overlays/production', 'overlays/production'])
    expect([second, third]).toEqual([first, first])
  })

  it('leaves alone what is not touched, and explains what is', async () => {
    const repository = repositoryWith(everything)
    repository.commit({ 'bases/db/db.yaml': configMap('db').replace('token', 'x') })
    const { targets, change } = await take(repository, ['overlays/*'])
    expect(targets.map(({ path, affected, why }) => ({ path, affected, why }))).toEqual([
      {
        path: 'overlays/production',
        affected: true,
        why: ['bases/db/db.yaml', 'bases/db', 'overlays/production'],
      },
      { path: 'overlays/staging', affected: false, why: [] },
    ])
    expect(change.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['ConfigMap db'])
  })

  it('takes a directory that is gone for nothing, and a component for no target', async () => {
    const repository = repositoryWith(everything)
    repository.commit(
      Object.fromEntries(
        Object.keys(everything)
          .filter((path) => path.startsWith('overlays/staging/'))
          .map((path) => [path, null]),
      ),
    )
    const { targets } = await take(repository, ['overlays/*', 'components/*'])
    expect(
      targets.map(({ path, change }) => [
        path,
        change.resources.map(({ action, name }) => `${action} ${name}`),
      ]),
    ).toEqual([
      ['overlays/production', []],
      ['overlays/staging', ['removed one-staging', 'removed app-staging']],
    ])
  })

  it('renders a directory that has a kustomization on one side only as plain manifests on the other, not recursively', async () => {
    const repository = repositoryWith({ 'app/a.yaml': configMap('a'), 'app/deep/b.yaml': configMap('b') })
    repository.commit({ 'app/kustomization.yaml': 'resources: [a.yaml, deep/b.yaml]\n' })
    const { targets } = await take(repository, ['app'])
    expect(targets[0]?.renderer).toBe('kustomize')
    expect(targets[0]?.change.resources.map(({ action, name }) => `${action} ${name}`)).toEqual(['added b'])
  })

  it('renders charts, and knows all their files for inputs', async () => {
    const repository = repositoryWith({
      'chart/Chart.yaml':
        'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: [{name: lib, version: 0.1.0, repository: "file://../lib"}]\n',
      'chart/values.yaml': 'x: one\n',
      'chart/files/a.txt': 'one',
      'chart/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: {{ .Values.x }}, file: {{ .Files.Get "files/a.txt" }}, lib: {{ include "lib.x" . }}}\n',
      'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 0.1.0\n',
      'lib/templates/_x.tpl': '{{ define "lib.x" }}one{{ end }}',
    })
    const base = repository.git('rev-parse', 'HEAD')
    const changed = async (edits: Edits): Promise<unknown> => {
      repository.commit(edits)
      const { targets, failures } = await take(repository, ['chart'], { base })
      repository.git('reset', '--quiet', '--hard', base)
      return (
        failures[0]?.message ??
        targets[0]?.change.resources.flatMap(({ changes }) => changes.map(({ path }) => path))
      )
    }
    expect([
      await changed({ 'chart/values.yaml': 'x: two\n' }),
      await changed({ 'chart/files/a.txt': 'two' }),
      await changed({ 'lib/templates/_x.tpl': '{{ define "lib.x" }}two{{ end }}' }),
    ]).toEqual([['/data/x'], ['/data/file'], ['/data/lib']])
  })

  it('inflates a chart that lies in the repository for a kustomization that names it', async () => {
    const repository = repositoryWith({
      'app/kustomization.yaml': 'helmCharts: [{name: web, releaseName: web, valuesFile: own.yaml}]\n',
      'app/own.yaml': 'x: one\n',
      'app/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'app/charts/web/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: {{ .Values.x }}}\n',
    })
    repository.commit({ 'app/own.yaml': 'x: two\n' })
    const { change, failures } = await take(repository, ['app'])
    expect(failures).toEqual([])
    expect(change.resources.flatMap(({ changes }) => changes)).toEqual([
      { path: '/data/x', before: 'one', after: 'two' },
    ])
  })

  it('gives renderings of everything when asked, with the files they come from', async () => {
    const repository = repositoryWith({
      'app/kustomization.yaml': 'namePrefix: x-\nresources: [a.yaml]\n',
      'app/a.yaml': `# top\n${configMap('a')}`,
    })
    repository.commit({ 'README.md': 'x' })
    const { targets, resultDigest } = await take(repository, ['app'], { render: 'all', withResult: true })
    expect(targets[0]?.affected).toBe(false)
    expect(
      targets[0]?.head.map(({ name, source }) => [name, { file: source?.file, line: source?.line }]),
    ).toEqual([['x-a', { file: 'app/a.yaml', line: 2 }]])
    expect(resultDigest).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
].join('\n')

describe('takeChange: what is hostile or broken ends in words', () => {
  const cases: readonly (readonly [string, Edits, string])[] = [
    [
      'a remote base',
      { 'app/kustomization.yaml': 'resources:\n  - https://github.com/acme/base//x?ref=v1\n' },
      'remote-refused app/kustomization.yaml:2 https://github.com/acme/base//x?ref=v1 would be fetched from github.com; that is not allowed here: copy it into the repository, or ask the operator to allow it (ALLOWED_REMOTES)',
    ],
    [
      'a base over ssh',
      { 'app/kustomization.yaml': 'resources: ["git@git.acme.dev:a/b.git"]\n' },
      'remote-refused app/kustomization.yaml:1 git@git.acme.dev:a/b.git would be fetched from git.acme.dev; bases are fetched by https alone: write it as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    ],
    [
      'a base outside',
      { 'app/kustomization.yaml': 'resources: [../../etc]\n' },
      'input-refused app/kustomization.yaml:1 ../../etc leads out of the repository; nothing outside it is read',
    ],
    [
      'an absolute path',
      { 'app/kustomization.yaml': 'configMapGenerator: [{name: a, files: [/etc/passwd]}]\n' },
      'input-refused app/kustomization.yaml:1 /etc/passwd is an absolute path; name files relative to this one',
    ],
    [
      'a symlink out of the tree',
      { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': { link: '../../../etc/passwd' } },
      'input-refused app/kustomization.yaml:1 a.yaml leads out of the repository; nothing outside it is read',
    ],
    [
      'an absolute symlink in a chart',
      {
        'app/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 0.1.0\n',
        'app/templates/a.yaml': { link: '/etc/passwd' },
      },
      'input-refused app/Chart.yaml:1 app/templates/a.yaml is a symlink that leads out of the repository; nothing outside it is read',
    ],
    [
      'a symlink to itself',
      { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': { link: 'a.yaml' } },
      'input-refused app/kustomization.yaml:1 a.yaml is a symlink that leads back to itself',
    ],
    [
      'a cycle',
      { 'app/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../app]\n' },
      'input-refused app: kustomizations name each other in a circle: app → b → app',
    ],
    [
      'an alias bomb',
      {
        'app/kustomization.yaml': 'resources: [a.yaml]\n',
        'app/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${bomb}\n`,
      },
      'input-refused app/a.yaml:1 its aliases unfold into too much (an alias bomb); write the values out',
    ],
    [
      'an alias bomb in a kustomization',
      { 'app/kustomization.yaml': `resources: []\n${bomb}\n` },
      'render-failed app/kustomization.yaml:1 its aliases unfold into too much (an alias bomb); write the values out',
    ],
    [
      'an exec function',
      {
        'app/kustomization.yaml': 'transformers: [f.yaml]\n',
        'app/f.yaml':
          'apiVersion: x/v1\nkind: F\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./x.sh}"\n',
      },
      'input-refused app/f.yaml:6 asks to run a function (F); nothing that a pull request contains is ever run',
    ],
    [
      'a plugin',
      {
        'app/kustomization.yaml':
          'generators:\n- |\n  apiVersion: someteam.example.com/v1\n  kind: Plugin\n  metadata: {name: x}\n',
      },
      'input-refused app/kustomization.yaml:1 asks to run a plugin (someteam.example.com/v1 Plugin); nothing that a pull request contains is ever run',
    ],
    [
      'a remote chart',
      {
        'app/kustomization.yaml':
          'helmCharts: [{name: redis, repo: "https://charts.acme.dev", version: 1.0.0}]\n',
      },
      'remote-refused app/kustomization.yaml:1 the chart redis would be fetched from charts.acme.dev; remote charts are not fetched: put it below charts/redis',
    ],
    [
      'a missing file',
      { 'app/kustomization.yaml': 'resources:\n- gone.yaml\n' },
      'render-failed app/kustomization.yaml:2 gone.yaml does not exist',
    ],
    [
      'a kustomization that is no YAML',
      { 'app/kustomization.yaml': 'resources: [a\nb: {\n' },
      'render-failed app/kustomization.yaml:2 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a manifest without a name',
      { 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' },
      'render-failed app/a.yaml:1 metadata.name is missing: this ConfigMap cannot be told from others',
    ],
    [
      'a file beyond the limit',
      {
        'app/kustomization.yaml': 'configMapGenerator: [{name: a, files: [big.txt]}]\n',
        'app/big.txt': 'x'.repeat(11 * 1024 * 1024),
      },
      'input-refused app/big.txt: app/big.txt has 11534336 bytes; at most 10485760 are read',
    ],
    [
      'a template of ytt',
      { 'app/a.yaml': configMap('a').replace('token', '#@ data.values.key') },
      'tool-missing app/a.yaml:6 it is a template of ytt, and no ytt was found on PATH; install it, or commit what ytt makes of it',
    ],
    [
      'deep nesting',
      {
        'app/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
      },
      'render-failed app/a.yaml:4 nested too deeply',
    ],
  ]
  it.each(cases)('%s', async (_, files, words) => {
    const repository = repositoryWith({ 'README.md': 'x' })
    repository.commit(files)
    const { failures, change, targets } = await take(repository, ['app'])
    const [failure] = failures
    const line = failure?.line === undefined ? '' : `:${failure.line}`
    const place = failure?.file === 'app' ? 'app:' : `${failure?.file ?? ''}${line === '' ? ':' : line}`
    expect(`${failure?.code} ${place} ${failure?.message}`).toBe(words)
    expect([change.resources, targets[0]?.error?.code]).toEqual([[], failure?.code])
  })

  it('lets the other environments be, and reports what was broken before too', async () => {
    const repository = repositoryWith({
      'a/kustomization.yaml': 'resources: [gone.yaml]\n',
      'b/kustomization.yaml': 'resources: [b.yaml]\n',
      'b/b.yaml': configMap('b'),
    })
    repository.commit({
      'a/kustomization.yaml': 'resources: [a.yaml]\n',
      'a/a.yaml': configMap('a'),
      'b/b.yaml': configMap('b2'),
    })
    const environments = await takeChange(
      { ...parts, repository: await parts.openRepository(repository.directory), fingerprintKey: 'test' },
      {
        base: 'HEAD~1',
        head: 'HEAD',
        environments: [
          { name: 'a', targets: ['a'] },
          { name: 'b', targets: ['b'] },
        ],
      },
    )
    expect(
      environments.map(({ failures, change }) => [
        failures.map(({ message }) => message),
        change.resources.length,
      ]),
    ).toEqual([
      [['gone.yaml does not exist'], 0],
      [[], 2],
    ])
  })
})
