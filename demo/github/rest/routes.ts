import { apps } from './apps.ts'
import { branches } from './branches.ts'
import { checks } from './checks.ts'
import { contents } from './contents.ts'
import { deployments } from './deployments.ts'
import { git } from './git.ts'
import { issues } from './issues.ts'
import { meta } from './meta.ts'
import { organizations } from './organizations.ts'
import { pulls } from './pulls.ts'
import { rateLimit } from './rate-limit.ts'
import { repositories } from './repositories.ts'
import { rulesets } from './rulesets.ts'
import type { Route } from './route.ts'

const literals = (route: Route): number =>
  route.path.split('/').filter((part) => !part.startsWith('{')).length

/** Every route, the most exact first, because refs and paths may hold slashes. The cut of GitHub's description follows this list. */
export const routes: readonly Route[] = [
  ...apps,
  ...branches,
  ...checks,
  ...contents,
  ...deployments,
  ...git,
  ...issues,
  ...meta,
  ...organizations,
  ...pulls,
  ...rateLimit,
  ...repositories,
  ...rulesets,
].toSorted((left, right) => literals(right) - literals(left))
