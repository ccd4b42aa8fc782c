import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { measureProcess, type Measured } from '../support/measure-process.ts'
import { TemporaryRepository, type Edits } from '../adapters/git/temporary-repository.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-hostile-'))
const outside = join(home, 'outside.yaml')
const canary = 'canary-5f2a91'
writeFileSync(outside, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${canary}}\n`)
writeFileSync(
  join(home, 'policy.yml'),
  'version: 1\nenvironments:\n  production: { targets: [app], discover: true }\n',
)
const repositories: TemporaryRepository[] = []
afterAll(() => {
  for (const repository of repositories) repository.remove()
  rmSync(home, { recursive: true, force: true })
})

const map = (name: string, data = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${data}"}\n`
const chart: Edits = { 'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n' }

function repositoryWith(files: Edits): TemporaryRepository {
  const repository = new TemporaryRepository()
  repositories.push(repository)
  repository.commit({ 'README.md': 'x\n', 'other/a.yaml': map('a') })
  repository.commit(files)
  return repository
}

/** `countersign review` as a process of its own, with something in its environment that must not get out. */
async function review(repository: TemporaryRepository): Promise<Measured> {
  const bin = join(import.meta.dirname, '../../src/cli/bin.ts')
  const args = [bin, 'review', '--base', 'HEAD~1', '--policy', join(home, 'policy.yml')]
  return measureProcess(process.execPath, args, {
    cwd: repository.directory,
    env: { PATH: process.env.PATH, COUNTERSIGN_HOME: join(home, 'home'), SECRET_TOKEN: canary },
  })
}

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...'bcdefghi'].map(
    (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`,
  ),
].join('\n')
const annotated = (functionText: string): Edits => ({
  'app/kustomization.yaml': 'transformers: [f.yaml]\n',
  'app/f.yaml': `apiVersion: x/v1\nkind: F\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      ${functionText}\n`,
})
const application = (source: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {source: {repoURL: "https://github.com/a/b", path: app, ${source}}}\n`

/** With the exit code where it is not 1. */
type Row = readonly [name: string, files: Edits, words: RegExp, code?: number]

/** What a pull request contains, and the words that `review` ends with. */
const rows: readonly Row[] = [
  [
    'an alias bomb',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': `${map('a')}${bomb}\n` },
    /app\/a\.yaml:1 {2}its aliases unfold into too much/,
  ],
  ['an alias bomb among plain manifests', { 'app/a.yaml': `${map('a')}${bomb}\n` }, /unfold into too much/],
  [
    'an alias bomb in values',
    { ...chart, 'app/values.yaml': `${bomb}\n`, 'app/templates/a.yaml': map('a') },
    /unfold into too much/,
  ],
  [
    'a symlink out of the tree',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': { link: outside } },
    /leads out of the repository; nothing outside it is read/,
  ],
  [
    'a symlinked directory out of the tree',
    { 'app/kustomization.yaml': 'resources: [up/outside.yaml]\n', 'app/up': { link: home } },
    /leads out of the repository/,
  ],
  [
    'a symlink out of the tree in a chart',
    { ...chart, 'app/templates/a.yaml': { link: outside } },
    /leads out of the repository/,
  ],
  [
    'a base outside',
    { 'app/kustomization.yaml': `resources: [../../../../../..${home}]\n` },
    /leads out of the repository/,
  ],
  [
    'an absolute path',
    { 'app/kustomization.yaml': `configMapGenerator: [{name: a, files: [${outside}]}]\n` },
    /is an absolute path; name files relative to this one/,
  ],
  [
    'a remote base',
    { 'app/kustomization.yaml': 'resources: ["https://github.com/acme/base//x?ref=v1"]\n' },
    /would be fetched from github\.com/,
  ],
  [
    'a remote chart among the dependencies',
    {
      'app/Chart.yaml':
        'apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies: [{name: redis, version: 1, repository: "oci://charts.acme.dev/x"}]\n',
    },
    /would be fetched from charts\.acme\.dev/,
  ],
  ['an exec function', annotated('exec: {path: ./steal.sh}'), /asks to run a function \(F\)/],
  ['a container function', annotated('container: {image: "acme/steal:1"}'), /asks to run a function \(F\)/],
  [
    'a plugin of Helm, by the address of a value file',
    {
      ...chart,
      'app/templates/a.yaml': map('a'),
      'apps/web.yaml': application('helm: {valueFiles: ["secrets://x.yaml"]}'),
    },
    /its values secrets:\/\/x\.yaml are not in this repository/,
    0,
  ],
  [
    'a post-renderer',
    {
      ...chart,
      'app/templates/a.yaml': map('a'),
      'apps/web.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {chart: {spec: {chart: app, sourceRef: {kind: GitRepository}}}, postRenderers: [{kustomize: {}}]}\n',
    },
    /it changes what its chart renders \(postRenderers\)/,
    0,
  ],
  [
    'files of the machine and its environment, from a template',
    {
      ...chart,
      'app/templates/a.yaml': `${map('a')}  b: '{{ env "SECRET_TOKEN" }}{{ expandenv "$SECRET_TOKEN" }}'\n`,
    },
    /function "env" not defined/,
  ],
  [
    'the files of the machine, by .Files',
    {
      ...chart,
      'app/templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: '{{ .Files.Get "../../outside.yaml" }}{{ .Files.Get "${outside}" }}'}\n`,
    },
    /ConfigMap a/,
    0,
  ],
  [
    'a cycle',
    { 'app/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../app]\n' },
    /kustomizations name each other in a circle: app → b → app/,
  ],
  [
    'a template that never ends',
    { ...chart, 'app/templates/a.yaml': '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}\n' },
    /rendering template has a nested reference name: x/,
  ],
  [
    'a template that writes without end',
    { ...chart, 'app/templates/a.yaml': '{{ range until 100000000 }}{{ . }}{{ end }}\n' },
    /MB|longer than|number of iterations|memory/,
  ],
]

describe('countersign review on hostile content', () => {
  const measured: string[] = []
  afterAll(() => {
    const file = process.env.HOSTILE_NUMBERS
    if (file !== undefined) writeFileSync(file, `${measured.join('\n')}\n`)
  })

  function check(name: string, found: Measured, words: RegExp, expected = 1): void {
    const { code, stdout, stderr, seconds, peak } = found
    measured.push(`${seconds.toFixed(1)} s  ${Math.round(peak / 2 ** 20)} MB  ${name}`)
    expect(stdout + stderr).toMatch(words)
    expect(stdout + stderr).not.toContain(canary)
    expect(code).toBe(expected)
    expect(seconds).toBeLessThan(40)
    expect(peak).toBeLessThan(2 ** 30)
  }

  it.each(rows.map(([name, files, words, code = 1]) => [name, files, words, code] as const))(
    '%s',
    async (name, files, words, code) => check(name, await review(repositoryWith(files)), words, code),
  )

  it('a file of 200 MB', async () => {
    const repository = repositoryWith({ 'app/kustomization.yaml': 'resources: [big.yaml]\n' })
    const input = Buffer.alloc(200 * 1024 * 1024, 'x')
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: repository.directory, input })
    const entry = `100644,${blob.toString().trim()},app/big.yaml`
    repository.git('update-index', '--add', '--cacheinfo', entry)
    repository.git('commit', '--quiet', '-m', 'big')
    check(
      'a file of 200 MB',
      await review(repository),
      /app\/big\.yaml has 209715200 bytes; at most 10485760 are read/,
    )
  })

  it('10,000 files', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `m${index}`)
    const files = Object.fromEntries(names.map((name) => [`app/${name}.yaml`, map(name, 'x')]))
    check('10,000 plain manifests', await review(repositoryWith(files)), /10000 resources/)
    const listed = `resources: [${names.map((name) => `${name}.yaml`).join(', ')}]\n`
    const repository = repositoryWith({ ...files, 'app/kustomization.yaml': listed })
    check(
      '10,000 files of a kustomization',
      await review(repository),
      /its inputs are 10001 files; at most 5000 are rendered together/,
    )
  })

  it('bytes that are no UTF-8', async () => {
    const invalid = (files: Edits, path: string): TemporaryRepository => {
      const repository = repositoryWith(files)
      const content = Buffer.concat([
        Buffer.from(map('a').replace('"\n', '')),
        Buffer.from([0xff, 0xc3, 0x28]),
      ])
      const file = join(repository.directory, path)
      writeFileSync(file, Buffer.concat([content, Buffer.from(readFileSync(file)), Buffer.from('"}\n')]))
      repository.git('add', '--all')
      repository.git('commit', '--quiet', '--amend', '--no-edit')
      return repository
    }
    check('no UTF-8, plain', await review(invalid({ 'app/a.yaml': '' }, 'app/a.yaml')), /it is no UTF-8 text/)
    const kustomization = { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': '' }
    check('no UTF-8, kustomize', await review(invalid(kustomization, 'app/a.yaml')), /app\/a\.yaml|UTF-8/)
    const template = { ...chart, 'app/templates/a.yaml': '' }
    check('no UTF-8, Helm', await review(invalid(template, 'app/templates/a.yaml')), /UTF-8/)
  })
})
