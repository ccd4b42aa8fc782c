import { accountThing, appThing, teamThing } from './accounts.ts'
import { rollupThing, runThing, statusThing, suiteThing } from './checks.ts'
import { commitThing } from './commit.ts'
import { deploymentThing } from './deployment.ts'
import { commentThing, pullThing, reviewThing } from './pull.ts'
import { labelThing, refThing, repositoryThing } from './repository.ts'
import type { Things } from './thing.ts'
import { timelineThings } from './timeline.ts'

export const things: Things = {
  account: accountThing,
  app: appThing,
  team: teamThing,
  repository: repositoryThing,
  ref: refThing,
  label: labelThing,
  commit: commitThing,
  rollup: rollupThing,
  status: statusThing,
  suite: suiteThing,
  run: runThing,
  deployment: deploymentThing,
  pull: pullThing,
  comment: commentThing,
  review: reviewThing,
  timeline: timelineThings,
}
