import { isJsonList, isJsonObject, readYaml, scalarText, YamlProblem } from '../change/read-yaml.ts'
import type { JsonObject } from '../change/resource.ts'
import type { NodeBuilder, Place } from './node-builder.ts'
import { remoteHost } from './remote-reference.ts'

/** A chart reads everything below its directory (`.Files` reaches all of it), and its `file://` dependencies. */
export function describeChart(builder: NodeBuilder): void {
  const { path } = builder.name
  for (const name of ['Chart.yaml', 'requirements.yaml']) {
    const file = builder.pathOf(name)
    if (!builder.tree.files.has(file)) continue
    const found = builder.resolve(name, { file, text: '' })
    const text = found?.kind === 'file' ? builder.read(found.path) : undefined
    if (text !== undefined) readDependencies(builder, { file, text })
  }
  builder.addDirectory(path, { file: builder.pathOf('Chart.yaml'), text: '' })
}

function readDependencies(builder: NodeBuilder, place: Place): void {
  try {
    const chart = readYaml(place.text)
    const dependencies = isJsonObject(chart) && isJsonList(chart.dependencies) ? chart.dependencies : []
    for (const dependency of dependencies)
      if (isJsonObject(dependency)) addDependency(builder, dependency, place)
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    builder.failAt('render-failed', thrown.message, place.file, thrown.line)
  }
}

/** https://helm.sh/docs/topics/charts/#chart-dependencies */
function addDependency(builder: NodeBuilder, dependency: JsonObject, place: Place): void {
  const name = scalarText(dependency.name)
  const repository = scalarText(dependency.repository)
  if (repository.startsWith('file://')) {
    const found = builder.resolve(repository.slice('file://'.length), place)
    if (found?.kind === 'directory') builder.addChild({ kind: 'helm', path: found.path })
    return
  }
  if (repository === '' || isVendored(builder, name)) return
  const host = remoteHost(repository) ?? repository
  builder.fail(
    'remote-refused',
    `the chart ${name} would be fetched from ${host}; remote charts are not fetched: put it below charts/`,
    place,
    repository,
  )
}

/** `helm dependency update` puts a directory or an archive there. */
function isVendored(builder: NodeBuilder, name: string): boolean {
  if (builder.tree.directories.has(builder.pathOf(`charts/${name}`))) return true
  const archives = builder.tree.directories.get(builder.pathOf('charts')) ?? []
  return archives.some((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz'))
}
