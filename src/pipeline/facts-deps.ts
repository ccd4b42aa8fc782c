import type { Deployers } from '../ports/deployers.ts'
import type { GitHub } from '../ports/github.ts'
import type { Store } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'

/** What taking facts needs of the pipeline: a simulation has no server's store. */
export type FactsDeps = Pick<
  PipelineDeps,
  'mirrors' | 'takeChange' | 'checkReadiness' | 'presets' | 'now'
> & {
  readonly deployers: Pick<Deployers, 'clusters'>
  readonly store: Pick<
    Store,
    | 'approvals'
    | 'saveApprovals'
    | 'freezes'
    | 'holds'
    | 'breakGlass'
    | 'mergeAsked'
    | 'pushers'
    | 'attestations'
    | 'waivers'
    | 'deployments'
    | 'proposal'
    | 'openPulls'
    | 'readDecision'
  >
}

export type FactsGitHub = Pick<GitHub, 'readPull' | 'readPeople' | 'gitAccess'>
