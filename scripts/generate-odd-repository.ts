import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const usage = 'node scripts/generate-odd-repository.ts DIRECTORY [--commits N] [--seed N]\n'

/** A small generator of numbers that are the same for the same seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Files = Map<string, string | { readonly link: string }>

/** Everything that a kustomization or chart can name, oddly spread: to be compared with brute force, commit by commit. */
function firstFiles(): Files {
  const map = (name: string, value = '1'): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${value}"}\n`
  const deployment = (name: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers:\n        - {name: app, image: "x/${name}:1.0.0", envFrom: [{configMapRef: {name: ${name}-settings}}], resources: {limits: {cpu: 1000m}}}\n`
  const files: Files = new Map()
  for (const name of ['web', 'api', 'job']) {
    files.set(
      `bases/${name}/kustomization.yaml`,
      `resources: [d.yaml]\nconfigMapGenerator: [{name: ${name}-settings, files: [app.yaml, extra.txt], envs: [env.properties]}]\n`,
    )
    files.set(`bases/${name}/d.yaml`, deployment(name))
    files.set(`bases/${name}/app.yaml`, 'server: {port: 80}\n')
    files.set(`bases/${name}/extra.txt`, 'text\n')
    files.set(`bases/${name}/env.properties`, 'A=1\n')
  }
  files.set('bases/all/Kustomization', 'resources: [../web, ../api, more]\n')
  files.set('bases/all/more/kustomization.yml', 'resources: [m.yaml]\nnameSuffix: -more\n')
  files.set('bases/all/more/m.yaml', map('m'))
  files.set(
    'parts/labels/kustomization.yaml',
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {part: "1"}\n',
  )
  for (const [index, place] of ['dev', 'eu', 'us'].entries()) {
    files.set(
      `live/${place}/kustomization.yaml`,
      `namespace: ${place}\nresources: [../../bases/all, extra.yaml]\ncomponents: [../../parts/labels]\npatches: [{path: patch.yaml}]\nreplacements: [{path: replacement.yaml}]\nimages: [{name: x/web, newTag: 1.${index}.0}]\n`,
    )
    files.set(`live/${place}/extra.yaml`, index === 1 ? { link: 'real/extra.yaml' } : map('extra'))
    if (index === 1) files.set(`live/${place}/real/extra.yaml`, map('extra'))
    files.set(
      `live/${place}/patch.yaml`,
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n',
    )
    files.set(
      `live/${place}/replacement.yaml`,
      'source: {kind: ConfigMap, name: extra, fieldPath: data.a}\ntargets: [{select: {kind: Deployment, name: web}, fieldPaths: [metadata.annotations.from], options: {create: true}}]\n',
    )
  }
  files.set('live/linked', { link: 'dev' })
  files.set('charts/lib/Chart.yaml', 'apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n')
  files.set('charts/lib/templates/_names.tpl', '{{ define "lib.name" }}lib-{{ .Release.Name }}{{ end }}\n')
  files.set('charts/app/Chart.yaml', 'apiVersion: v2\nname: app\nversion: 0.1.0\n')
  files.set('charts/app/values.yaml', 'replicas: 1\nlist: [a, b]\n')
  files.set('charts/app/notes/data.json', '{"a": 1}\n')
  files.set(
    'charts/app/templates/m.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata:\n  replicas: "{{ .Values.replicas }}"\n  data.json: {{ .Files.Get "notes/data.json" | quote }}\n',
  )
  files.set('plain/a.yaml', map('a'))
  files.set('plain/b.json', '{"apiVersion": "v1", "kind": "List", "items": []}\n')
  return files
}

/** One change to a few files: edited, removed, moved, added, or linked. */
function change(files: Files, random: (below: number) => number, round: number): void {
  for (let count = 1 + random(3); count > 0; count--) {
    const paths = [...files.keys()]
    const path = paths[random(paths.length)] ?? ''
    const content = files.get(path)
    if (content === undefined) continue
    if (typeof content !== 'string') {
      if (random(4) === 0) files.delete(path)
      continue
    }
    switch (random(12)) {
      case 0:
        files.delete(path)
        break
      case 1:
        files.delete(path)
        files.set(`${dirname(path)}/moved-${round}${path.slice(path.lastIndexOf('.'))}`, content)
        break
      case 2:
        files.set(path, `${content}# a comment ${round}\n`)
        break
      case 3:
        files.set(path, content.replace('1000m', '1').replace('cpu: 1}', 'cpu: 1000m}'))
        break
      default:
        files.set(path, content.replace(/\b\d+\b/, String(random(9))))
    }
  }
  // Now and then everything is as it was at first: else all that remains in the end is what does not render.
  if (random(5) === 0) {
    files.clear()
    for (const [path, content] of firstFiles()) files.set(path, content)
  }
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { commits: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  })
  const [folder] = positionals
  if (folder === undefined) {
    process.stderr.write(usage)
    return 2
  }
  const directory = resolve(folder)
  mkdirSync(directory, { recursive: true })
  const identity = ['-c', 'user.name=Odd', '-c', 'user.email=odd@example.com', '-c', 'commit.gpgsign=false']
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', [...identity, ...args], { cwd: directory, stdio: 'ignore' })
  git('init', '--quiet')
  const random = numbers(Number(values.seed))
  const files = firstFiles()
  for (let round = 0; round < Number(values.commits); round++) {
    if (round > 0) change(files, random, round)
    for (const name of ['bases', 'parts', 'live', 'charts', 'plain'])
      rmSync(join(directory, name), { recursive: true, force: true })
    for (const [path, content] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      if (typeof content === 'string') writeFileSync(join(directory, path), content)
      else symlinkSync(content.link, join(directory, path))
    }
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--message', `round ${round}`)
  }
  return 0
}

process.exitCode = main()
