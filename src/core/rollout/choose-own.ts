import { appliesTarget, isNamed, nameOf, type Deployed } from './match-object.ts'
import type { Observation } from './observation.ts'
import { sourceUrlsOf } from './source-urls.ts'

/** Of everything that was seen what tells a revision of this environment: git is asked about no other. */
export function chooseOwn(observations: readonly Observation[], deployed: Deployed): readonly Observation[] {
  const sourceUrls = sourceUrlsOf(observations.filter((each) => each.via === 'object'))
  return observations.filter((observation) => {
    if (observation.via === 'github') return true
    if (observation.via === 'flux-event') {
      const name = { cluster: observation.cluster, ...observation.event.object }
      return isNamed([...deployed.objects, ...deployed.declared], name) || deployed.objects.length === 0
    }
    const name = nameOf(observation.cluster, observation.object)
    if (name === undefined) return false
    return (
      isNamed(deployed.objects, name) ||
      appliesTarget(observation.object, deployed, sourceUrls(observation.cluster))
    )
  })
}
