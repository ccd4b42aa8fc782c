import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../src/core/change/resource.ts'

export interface Linter {
  readonly name: string
  /** The program with its arguments; undefined: it could not be installed, and `reason` says why. */
  readonly command: readonly string[] | undefined
  readonly reason: string
}

const folder = join(import.meta.dirname, '../.tools/linters')
const minutes = 10

/** The linters to compare with, built by Go into `.tools/linters` once. */
export function installLinters(file: string, kinds: readonly string[]): readonly Linter[] {
  const schemas = join(folder, 'schemas/{{ .ResourceKind }}{{ .KindSuffix }}.json')
  writeSchemas(kinds)
  return [
    install('kube-score', 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0', ['score', file]),
    install('kube-linter', 'golang.stackrox.io/kube-linter/cmd/kube-linter@latest', ['lint', file]),
    install('kubeconform', 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0', [
      '-summary',
      '-schema-location',
      schemas,
      file,
    ]),
  ]
}

function install(name: string, from: string, args: readonly string[]): Linter {
  const program = join(folder, name)
  if (existsSync(program)) return { name, command: [program, ...args], reason: '' }
  const built = spawnSync('go', ['install', from], {
    env: { ...process.env, GOBIN: folder },
    encoding: 'utf8',
    timeout: minutes * 60_000,
  })
  if (existsSync(program)) return { name, command: [program, ...args], reason: '' }
  const said = (built.stderr || built.error?.message || 'no reason given').trim().split('\n').at(-1) ?? ''
  return { name, command: undefined, reason: said.trim().slice(-120) }
}

/** The same schemas that Countersign judges by, as kubeconform takes them: from the network they would take longer than the rest. */
function writeSchemas(kinds: readonly string[]): void {
  mkdirSync(join(folder, 'schemas'), { recursive: true })
  for (const key of kinds) {
    const [apiVersion = '', kind = ''] = key.split(' ')
    const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
    const text = readFileSync(join(import.meta.dirname, `../policies/schemas/${group}.json`), 'utf8')
    const { kinds: known, definitions } = JSON.parse(text) as {
      kinds: Record<string, JsonObject>
      definitions: JsonObject
    }
    const middle = group === 'core' ? '' : `-${group.split('.')[0]}`
    const name = `${kind.toLowerCase()}${middle}-${version}.json`
    const schema = withPointers({ ...known[key], definitions })
    writeFileSync(join(folder, 'schemas', name), JSON.stringify(schema))
  }
}

/** `$ref` by name becomes a JSON pointer. */
function withPointers(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => withPointers(each))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' && typeof each === 'string'
        ? `#/definitions/${each.replaceAll('~', '~0').replaceAll('/', '~1')}`
        : withPointers(each ?? null),
    ]),
  )
}
