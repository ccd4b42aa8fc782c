import { judgeRendering, type JudgeOptions } from '../core/readiness/judge-rendering.ts'
import { newestKubernetes } from '../core/readiness/kubernetes-version.ts'
import { reportReadiness } from '../core/readiness/report-readiness.ts'
import type { Repository } from '../ports/repository.ts'
import type { PipelineDeps } from './deps.ts'
import { loadChecklist, shippedChecklist, type ReadChecklist } from './load-checklist.ts'

const folder = '.github/countersign/checklists'

/**
 * Judges what an environment renders by the checklist that its policy names: base and head, so that findings are new, worse, old or
 * fixed. Undefined: it names none. An unaffected environment has nothing rendered and no findings. A checklist that is missing or
 * cannot be read is `problems`, never a pass.
 */
export const checkReadiness: PipelineDeps['checkReadiness'] = async ({
  environment,
  change,
  repository,
  policyCommit,
  now,
}) => {
  const name = environment.readiness.checklist
  if (name === null) return undefined
  const read = checklistsOf(repository, policyCommit)
  const text = await read(name)
  if (text === undefined) {
    const message = `there is no checklist "${name}"; write one at this path, or name baseline or production in the policy`
    return { problems: [{ file: `${folder}/${name}.yaml`, line: 1, column: 1, path: '', message }] }
  }
  const parsed = await loadChecklist(text, read)
  if (!parsed.ok) return { problems: parsed.problems }
  const options: JudgeOptions = { protected: environment.protected, kubernetes: newestKubernetes, now }
  const base = judgeRendering(
    change.targets.flatMap((target) => target.base),
    parsed.value,
    options,
  )
  const head = judgeRendering(
    change.targets.flatMap((target) => target.head),
    parsed.value,
    options,
  )
  return { report: reportReadiness(base.findings, head) }
}

/** Checklists of a repository at a commit; those that come with the product where it has none of the name. */
function checklistsOf(repository: Repository, commit: string): ReadChecklist {
  return async (name) => {
    const file = `${folder}/${name}.yaml`
    const text = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? await repository.file(commit, file) : undefined
    return text === undefined ? shippedChecklist(name) : { file, text }
  }
}
