import { isJsonList, isJsonObject, readYaml, scalarText, YamlProblem } from '../change/read-yaml.ts'
import type { Json, JsonObject } from '../change/resource.ts'

/** One thing that a kustomization names. */
export interface Reference {
  /** As written. */
  readonly name: string
  /** `entry`: a file or a kustomization directory; `plugin`: a file whose content names files too, or a directory. */
  readonly as: 'file' | 'entry' | 'directory' | 'plugin' | 'chart'
}

/** What a kustomization, or a plugin configuration named by one, refers to. */
export interface References {
  readonly references: readonly Reference[]
  readonly component: boolean
  /** What its resources say may come out differently. */
  readonly transforms: boolean
  /** Charts that have to be fetched unless they lie in the repository, with where from. */
  readonly remoteCharts: readonly { readonly chart: string; readonly repo: string }[]
  /** Something in it would be executed: named as a person would. */
  readonly executes?: string | undefined
}

/** Fields that change more than metadata of the objects that Argo CD and Flux read; a namespace alone moves nothing that they deploy. */
const transforming: readonly string[] = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'vars',
  'namePrefix',
  'nameSuffix',
  'images',
]

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export function kustomizationReferences(kustomization: JsonObject): References {
  const file = (name: string): Reference => ({ name, as: 'file' })
  const inlineOr = (as: Reference['as']) => (name: string) => (isInline(name) ? [] : [{ name, as } as const])
  const plugins = ['generators', 'transformers', 'validators'].flatMap((field) => texts(kustomization[field]))
  const inline = plugins.filter(isInline).map((text) => pluginReferences(text))
  const charts = chartReferences(kustomization)
  const executes = inline.find((each) => each.executes !== undefined)?.executes
  return {
    references: [
      ...['resources', 'bases'].flatMap((field) =>
        texts(kustomization[field]).map((name): Reference => ({ name, as: 'entry' })),
      ),
      ...texts(kustomization.components).map((name): Reference => ({ name, as: 'directory' })),
      ...['crds', 'configurations'].flatMap((field) => texts(kustomization[field]).map(file)),
      ...plugins.flatMap(inlineOr('plugin')),
      ...texts(kustomization.patchesStrategicMerge).flatMap(inlineOr('file')),
      ...['patches', 'patchesJson6902', 'replacements'].flatMap((field) =>
        objects(kustomization[field]).flatMap((item) => texts(item.path).map(file)),
      ),
      ...['configMapGenerator', 'secretGenerator'].flatMap((field) =>
        objects(kustomization[field]).flatMap(generatorFiles).map(file),
      ),
      ...(isJsonObject(kustomization.openapi) ? texts(kustomization.openapi.path).map(file) : []),
      ...charts.references,
      ...inline.flatMap(({ references }) => references),
    ],
    component: kustomization.kind === 'Component',
    transforms: transforming.some((field) => kustomization[field] !== undefined),
    remoteCharts: [...charts.remoteCharts, ...inline.flatMap(({ remoteCharts }) => remoteCharts)],
    executes,
  }
}

/**
 * What a generator's, transformer's or validator's own configuration names; functions that would execute something are reported.
 * https://kubectl.docs.kubernetes.io/references/kustomize/builtins/
 */
export function pluginReferences(text: string): References {
  const documents = splitText(text).map(read).filter(isJsonObject)
  const found = documents.map(onePlugin)
  return {
    references: found.flatMap(({ references }) => references),
    component: false,
    transforms: false,
    remoteCharts: found.flatMap(({ remoteCharts }) => remoteCharts),
    executes: found.find(({ executes }) => executes !== undefined)?.executes,
  }
}

function onePlugin(config: JsonObject): References {
  const annotations =
    isJsonObject(config.metadata) && isJsonObject(config.metadata.annotations)
      ? config.metadata.annotations
      : {}
  const isFunction = Object.keys(annotations).some((name) =>
    /^config\.(?:kubernetes|k8s)\.io\/function$/.test(name),
  )
  const kind = scalarText(config.kind)
  const isBuiltin = config.apiVersion === 'builtin' || config.apiVersion === undefined
  const executes = isFunction
    ? `a function (${kind})`
    : isBuiltin
      ? undefined
      : `a plugin (${scalarText(config.apiVersion)} ${kind})`
  const charts =
    kind === 'HelmChartInflationGenerator'
      ? chartReferences({ helmCharts: [config], helmGlobals: config })
      : undefined
  const files = [
    ...(kind === 'HelmChartInflationGenerator' ? [] : texts(config.path)),
    ...texts(config.paths).filter((name) => !isInline(name)),
    ...generatorFiles(config),
    ...objects(config.replacements).flatMap((item) => texts(item.path)),
    ...objects(config.patches).flatMap((item) => texts(item.path)),
  ]
  return {
    references: [...files.map((name): Reference => ({ name, as: 'file' })), ...(charts?.references ?? [])],
    component: false,
    transforms: false,
    remoteCharts: charts?.remoteCharts ?? [],
    executes,
  }
}

/** `key=path` or `path`; env files. */
function generatorFiles(generator: JsonObject): readonly string[] {
  const files = texts(generator.files).map((entry) => entry.slice(entry.indexOf('=') + 1))
  return [...files, ...texts(generator.envs), ...texts(generator.env)].filter((name) => name !== '')
}

function chartReferences(kustomization: JsonObject): Pick<References, 'references' | 'remoteCharts'> {
  const globals = isJsonObject(kustomization.helmGlobals) ? kustomization.helmGlobals : {}
  const home = scalarText(globals.chartHome) || 'charts'
  const charts = [
    ...objects(kustomization.helmCharts),
    ...objects(kustomization.helmChartInflationGenerator).map((chart) => ({
      name: chart.chartName ?? null,
      repo: chart.chartRepoUrl,
      valuesFile: chart.values,
    })),
  ] as readonly JsonObject[]
  return {
    references: charts.flatMap((chart) => [
      { name: `${home}/${scalarText(chart.name)}`, as: 'chart' as const },
      ...[...texts(chart.valuesFile), ...texts(chart.additionalValuesFiles)].map((name) => ({
        name,
        as: 'file' as const,
      })),
    ]),
    remoteCharts: charts.map((chart) => ({
      chart: `${home}/${scalarText(chart.name)}`,
      repo: scalarText(chart.repo),
    })),
  }
}

/** An entry that is YAML itself, not the name of a file. */
function isInline(entry: string): boolean {
  return entry.includes('\n') || /^\s*(?:\{|apiVersion\s*:|- )/.test(entry)
}

function splitText(text: string): readonly string[] {
  return text.split(/^---.*$/m).filter((part) => part.trim() !== '')
}

/** A plugin configuration that cannot be read is the renderer's to refuse. */
function read(text: string): Json | undefined {
  try {
    return readYaml(text)
  } catch (thrown) {
    if (thrown instanceof YamlProblem) return undefined
    throw thrown
  }
}

/** One text, or a list of texts. */
function texts(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return isJsonList(value)
    ? (value.filter((item) => typeof item === 'string' && item !== '') as string[])
    : []
}

function objects(value: Json | undefined): readonly JsonObject[] {
  if (isJsonObject(value)) return [value]
  return isJsonList(value) ? value.filter((item) => isJsonObject(item)) : []
}
