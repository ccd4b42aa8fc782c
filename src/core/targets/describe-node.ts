import { describeChart } from './describe-chart.ts'
import { describeKustomization, kustomizationNames } from './describe-kustomization.ts'
import type { FileTree } from './file-tree.ts'
import { NodeBuilder } from './node-builder.ts'
import type { InputNode, NodeKind, NodeName } from './node.ts'
import type { RemoteMounts } from './remote-mount.ts'
import type { ReadContent } from './resolve-path.ts'

/** How a directory is rendered; undefined when nothing in it can be. A kustomization wins over a chart, a chart over manifests. */
export function kindOfDirectory(tree: FileTree, path: string): NodeKind | undefined {
  const names = tree.directories.get(path)
  if (names === undefined) return undefined
  if (names.some((name) => kustomizationNames.includes(name))) return 'kustomize'
  if (names.includes('Chart.yaml')) return 'helm'
  return names.some((name) => manifestName.test(name)) ? 'plain' : undefined
}

/** What a node names. Contents that are not there yet are asked of `read`, which gives undefined: describe again once read. */
export function describeNode(
  tree: FileTree,
  name: NodeName,
  read: ReadContent,
  remotes?: RemoteMounts,
): InputNode {
  const builder = new NodeBuilder(tree, name, read, remotes)
  if (name.kind === 'kustomize') describeKustomization(builder)
  else if (name.kind === 'helm') describeChart(builder)
  else {
    const names = tree.directories.get(name.path) ?? []
    for (const file of names)
      if (manifestName.test(file)) builder.addFile(file, { file: builder.pathOf(file), text: '' })
    if (names.some((file) => yttName.test(file))) builder.addBeside(name.path)
  }
  return builder.build()
}

/** Plain manifests: the files kubectl, Argo CD and Flux take from a directory. Not recursive. */
export const manifestName = /\.(?:ya?ml|json)$/

/** Names that templates of ytt have beside them: it reads everything below the directory. */
const yttName = /\.star$|\.lib\.(?:ya?ml|txt)$|^(?:values|schema)(?:[-._][\w.-]*)?\.ya?ml$/
