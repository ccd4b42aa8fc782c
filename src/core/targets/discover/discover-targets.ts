import { parseManifests } from '../../change/parse-manifests.ts'
import type { Resource } from '../../change/resource.ts'
import type { FileTree } from '../file-tree.ts'
import { expandApplicationSet } from './application-set.ts'
import { readApplication, type IsHere } from './argo-application.ts'
import { readFluxKustomization, readHelmRelease } from './flux.ts'
import { makesObjects, readObjects, type GitOpsObject } from './read-objects.ts'
import type { Discovery } from './recipe.ts'

/** Files that may declare targets. */
export function mayDeclare(path: string): boolean {
  return /\.(?:ya?ml|json)$/.test(path)
}

/**
 * Everything that Argo CD and Flux objects of a repository apply from this repository, wherever the objects stand, and by name whatever
 * could not be found out. `texts`: every file for which `mayDeclare` holds.
 */
export function discoverTargets(
  tree: FileTree,
  texts: ReadonlyMap<string, string>,
  isHere: IsHere,
): Discovery {
  return discoverObjects(
    tree,
    [...texts].flatMap(([file, text]) => (makesObjects(tree, file, text) ? [] : readObjects(file, text))),
    texts,
    isHere,
  )
}

/** As discoverTargets, for objects that are already known: those that a chart makes when it is rendered. */
export function discoverObjects(
  tree: FileTree,
  objects: readonly GitOpsObject[],
  texts: ReadonlyMap<string, string>,
  isHere: IsHere,
): Discovery {
  const find = (kind: string, namespace: string, name: string): Resource | undefined => {
    for (const [file, text] of texts) {
      if (!text.includes(name) || !text.includes(kind)) continue
      const parsed = parseManifests(text, { file, foreign: 'skip' })
      const found = parsed.ok
        ? parsed.value.find(
            (each) => each.kind === kind && each.name === name && (each.namespace ?? namespace) === namespace,
          )
        : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  const found = objects.flatMap((object): Discovery[] => {
    switch (object.resource.kind) {
      case 'Application':
        return [readApplication(tree, object, isHere)]
      case 'Kustomization':
        return [readFluxKustomization(tree, object, find)]
      case 'HelmRelease':
        return [readHelmRelease(tree, object, find)]
      default: {
        const expanded = expandApplicationSet(tree, object, (file) => texts.get(file), isHere)
        if ('applications' in expanded)
          return expanded.applications.map((each) => readApplication(tree, each, isHere))
        const { by, file } = object
        return [{ targets: [], notEvaluated: [{ by, file, reason: expanded.reason }] }]
      }
    }
  })
  return {
    targets: found.flatMap(({ targets }) => targets),
    notEvaluated: found.flatMap(({ notEvaluated }) => notEvaluated),
  }
}
