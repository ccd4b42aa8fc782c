import { imageTag } from './rules/image-tag.ts'
import { memoryLimit } from './rules/memory-limit.ts'
import { memoryRequest } from './rules/memory-request.ts'
import { pdbMissing } from './rules/pdb-missing.ts'
import { readinessProbe } from './rules/readiness-probe.ts'
import { replicas } from './rules/replicas.ts'
import { runAsNonRoot } from './rules/run-as-non-root.ts'
import { secretInGit } from './rules/secret-in-git.ts'
import type { Rule } from './rule.ts'

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  imageTag,
  memoryRequest,
  memoryLimit,
  readinessProbe,
  replicas,
  runAsNonRoot,
  pdbMissing,
  secretInGit,
]
