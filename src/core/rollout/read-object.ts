import type { Carrier, Followed } from './followed.ts'
import { textAt } from './json-at.ts'
import { readApplication } from './read-application.ts'
import { readCanary } from './read-canary.ts'
import { readHelmRelease } from './read-helm-release.ts'
import { readKappApp } from './read-kapp-app.ts'
import { readKustomization } from './read-kustomization.ts'
import { readRollout } from './read-rollout.ts'
import type { ObjectReading } from './rollout-state.ts'

/** What an object of any deployer says about the followed commit; undefined for a kind that says nothing. */
export function readObject(
  object: unknown,
  followed: Followed,
  { repository, carrier }: { readonly repository: string; readonly carrier?: Carrier | undefined },
): ObjectReading | undefined {
  const group = textAt(object, 'apiVersion')?.split('/')[0]
  switch (`${group} ${textAt(object, 'kind')}`) {
    case 'argoproj.io Application':
      return readApplication(object, followed, repository)
    case 'argoproj.io Rollout':
      return readRollout(object, followed, carrier)
    case 'kustomize.toolkit.fluxcd.io Kustomization':
      return readKustomization(object, followed)
    case 'helm.toolkit.fluxcd.io HelmRelease':
      return readHelmRelease(object, followed, carrier)
    case 'flagger.app Canary':
      return readCanary(object, followed, carrier)
    case 'kappctrl.k14s.io App':
      return readKappApp(object, followed)
    default:
      return undefined
  }
}
