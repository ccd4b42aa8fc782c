import { ownEntry } from '../own-entry.ts'
import type { EnvironmentFile } from './schema.ts'
import type { Layer } from './layer.ts'

/** What all layers together say about one environment. */
export interface MergedEnvironment {
  readonly name: string
  readonly settings: EnvironmentFile
  readonly layerOf: { readonly environment: Layer; readonly promotion: Layer | undefined }
}

/**
 * Environments by name over all layers, the weakest first. In each layer its defaults for protected or unprotected
 * environments come before what it says about the environment itself; a stronger layer wins over both. Maps merge key by
 * key, lists are replaced as a whole: a rule that a reader sees in the stronger file is never silently joined by another.
 */
export function mergeLayers(layers: readonly Layer[]): MergedEnvironment[] {
  return environmentNames(layers).map((name) => {
    const naming = layers.filter((layer) => ownEntry(layer.raw.environments, name) !== undefined)
    const isProtected = naming.reduce(
      (value, layer) => ownEntry(layer.raw.environments, name)?.protected ?? value,
      false as boolean,
    )
    const settings = layers.reduce<EnvironmentFile>((merged, { raw }) => {
      const defaults = raw.defaults?.[isProtected ? 'protected' : 'unprotected'] ?? {}
      return mergeSettings(mergeSettings(merged, defaults), ownEntry(raw.environments, name) ?? {})
    }, {})
    const environment = naming.at(-1) ?? layers[0]
    if (environment === undefined) throw new RangeError(`no layer names ${name}`)
    const promotion = naming.findLast(
      (layer) => ownEntry(layer.raw.environments, name)?.promotion !== undefined,
    )
    return { name, settings: { ...settings, protected: isProtected }, layerOf: { environment, promotion } }
  })
}

/** In the order of the strongest file; what only weaker ones name comes after. */
function environmentNames(layers: readonly Layer[]): string[] {
  return [...new Set(layers.toReversed().flatMap(({ raw }) => Object.keys(raw.environments ?? {})))]
}

function mergeSettings(weaker: EnvironmentFile, stronger: EnvironmentFile): EnvironmentFile {
  return {
    ...weaker,
    ...stronger,
    ...merged('readiness', weaker, stronger),
    ...merged('promotion', weaker, stronger),
    ...merged('deploy', weaker, stronger),
    ...merged('rollback', weaker, stronger),
    ...merged('merge', weaker, stronger),
  }
}

function merged<Key extends 'readiness' | 'promotion' | 'deploy' | 'rollback' | 'merge'>(
  key: Key,
  weaker: EnvironmentFile,
  stronger: EnvironmentFile,
): Partial<EnvironmentFile> {
  if (weaker[key] === undefined && stronger[key] === undefined) return {}
  return { [key]: { ...weaker[key], ...stronger[key] } }
}
