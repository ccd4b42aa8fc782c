import type { FileTree } from '../file-tree.ts'
import type { DiscoveredTarget } from './recipe.ts'

/** Where people put the values of one environment, relative to the chart; `*` is the environment. */
const places = [
  'values-*.yaml',
  'values-*.yml',
  'values.*.yaml',
  'values.*.yml',
  'values_*.yaml',
  'values/*.yaml',
  'values/*.yml',
  'env/*.yaml',
  'envs/*.yaml',
  'environments/*.yaml',
]

/**
 * A chart that no object applies, with the value files that are named after the environment: `values-production.yaml`. Undefined where
 * there are none: then the chart is rendered with its own values.
 */
export function conventionalTarget(
  tree: FileTree,
  path: string,
  environment: string,
): DiscoveredTarget | undefined {
  const inChart = (name: string): string => (path === '.' ? name : `${path}/${name}`)
  if (!tree.files.has(inChart('Chart.yaml'))) return undefined
  const valueFiles = places
    .map((place) => inChart(place.replace('*', environment)))
    .filter((file) => tree.files.get(file)?.mode.startsWith('100') === true)
  const [file] = valueFiles
  if (file === undefined) return undefined
  const releaseName = path === '.' ? environment : path.slice(path.lastIndexOf('/') + 1)
  return {
    path,
    kind: 'helm',
    recipe: { helm: { releaseName, valueFiles, values: [], parameters: [] } },
    by: `values ${valueFiles.join(', ')}`,
    file,
  }
}
