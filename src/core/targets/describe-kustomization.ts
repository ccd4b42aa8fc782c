import { isJsonObject, readYaml, YamlProblem } from '../change/read-yaml.ts'
import { readPlainYaml } from '../change/read-plain-yaml.ts'
import {
  kustomizationReferences,
  pluginReferences,
  type Reference,
  type References,
} from './kustomization-references.ts'
import { describeRemote } from './describe-remote.ts'
import type { NodeBuilder, Place } from './node-builder.ts'
import { remoteHost } from './remote-reference.ts'

/** All three names that kustomize reads. */
export const kustomizationNames: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
]

/** Reads a kustomization and everything it names, one level deep. */
export function describeKustomization(builder: NodeBuilder): void {
  for (const name of builder.tree.directories.get(builder.name.path) ?? []) {
    if (!kustomizationNames.includes(name)) continue
    const place = { file: builder.pathOf(name), text: '' }
    const file = builder.addFile(name, place)
    const text = file === undefined ? undefined : builder.read(file)
    if (text !== undefined) readKustomization(builder, { file: place.file, text })
  }
}

function readKustomization(builder: NodeBuilder, place: Place): void {
  try {
    const kustomization = readPlainYaml(place.text) ?? readYaml(place.text)
    if (!isJsonObject(kustomization)) return
    const named = kustomizationReferences(kustomization)
    builder.component = named.component
    builder.transforms = named.transforms
    addReferences(builder, named, place)
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    builder.failAt('render-failed', thrown.message, place.file, thrown.line)
  }
}

function addReferences(builder: NodeBuilder, named: References, place: Place): void {
  if (named.executes !== undefined)
    builder.fail(
      'input-refused',
      `asks to run ${named.executes}; nothing that a pull request contains is ever run`,
      place,
      'function',
    )
  for (const reference of named.references) addReference(builder, reference, place, named)
}

function addReference(builder: NodeBuilder, { name, as }: Reference, place: Place, named: References): void {
  if (as === 'chart') return addChart(builder, name, place, named)
  if ((as === 'entry' || as === 'directory') && describeRemote(builder, name, place)) return
  const found = builder.resolve(name, place)
  if (found === undefined) return
  if (found.kind === 'directory') {
    if (as !== 'file') builder.addChild({ kind: 'kustomize', path: found.path })
    return
  }
  builder.addInput(found.path)
  if (as !== 'plugin') return
  const text = builder.read(found.path)
  if (text !== undefined) addReferences(builder, pluginReferences(text), { file: found.path, text })
}

/** A chart in the repository is read; one that would have to be fetched is refused by the name of its host. */
function addChart(builder: NodeBuilder, name: string, place: Place, named: References): void {
  const repo = named.remoteCharts.find(({ chart }) => chart === name)?.repo ?? ''
  const near = name.slice(name.lastIndexOf('/') + 1)
  const entry = builder.tree.directories.has(joined(builder, name))
  if (!entry && repo !== '') {
    builder.fail(
      'remote-refused',
      `the chart ${near} would be fetched from ${remoteHost(repo) ?? repo}; remote charts are not fetched: put it below ${name}`,
      place,
      near,
    )
    return
  }
  const found = builder.resolve(name, place)
  if (found?.kind !== 'directory') return
  builder.charts = true
  builder.addChild({ kind: 'helm', path: found.path })
}

function joined(builder: NodeBuilder, name: string): string {
  return builder.pathOf(name.replace(/^\.\//, ''))
}
