import { judgeRendering, type JudgeOptions } from '../core/readiness/judge-rendering.ts'
import { newestKubernetes } from '../core/readiness/kubernetes-version.ts'
import { reportReadiness } from '../core/readiness/report-readiness.ts'
import { readImage } from '../core/readiness/rendering/image.ts'
import { RenderingIndex } from '../core/readiness/rendering/index-rendering.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import type { Repository } from '../ports/repository.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import type { PipelineDeps, ReadinessOutcome } from './deps.ts'
import { bounded } from './bounded.ts'
import { knownSchemas } from './known-schemas.ts'
import { shippedChecklist, type ReadChecklist } from './load-checklist.ts'
import { prepareChecklist, type ReadPointed } from './prepare-checklist.ts'

/** What is asked for of an environment's policy is all that is needed of it. */
export type ReadinessRequest = Omit<Parameters<PipelineDeps['checkReadiness']>[0], 'environment'> & {
  readonly environment: Pick<EnvironmentPolicy, 'name' | 'protected' | 'kubernetes'> & {
    readonly readiness: { readonly checklist: string | null }
  }
}

const folder = '.github/countersign/checklists'

/**
 * Judges what an environment renders by the checklist that its policy names: base and head, so that findings are new, worse, old or
 * fixed. Undefined: it names none. An unaffected environment has nothing rendered and no findings. A checklist that is missing or
 * cannot be read is `problems`, never a pass.
 */
export const checkReadiness = async ({
  environment,
  change,
  repository,
  policyCommit,
  now,
  promotedFrom,
  waivers = [],
}: ReadinessRequest): Promise<ReadinessOutcome | undefined> => {
  const name = environment.readiness.checklist
  if (name === null) return undefined
  const read = checklistsOf(repository, policyCommit)
  const text = await read(name)
  if (text === undefined) {
    const message = `there is no checklist "${name}"; write one at this path, or name baseline or production in the policy`
    return { problems: [{ file: `${folder}/${name}.yaml`, line: 1, column: 1, path: '', message }] }
  }
  const parsed = await prepareChecklist(text, read, pointedFiles(repository, policyCommit))
  if (!parsed.ok) return { problems: parsed.problems }
  const { custom, schemas } = parsed.value
  const { checklist: written } = parsed.value
  const checklist = { ...written, waivers: [...written.waivers, ...waivers] }
  const [before, after] = [
    change.targets.flatMap((target) => target.base),
    change.targets.flatMap((target) => target.head),
  ]
  const options: JudgeOptions = {
    protected: environment.protected,
    environment: environment.name,
    kubernetes: environment.kubernetes ?? newestKubernetes,
    now,
    custom,
    schemas: [...knownSchemas([...before, ...after]), ...schemas],
    bounded,
    ...(promotedFrom === undefined ? {} : { promotedFrom: imagesOf(promotedFrom) }),
  }
  const base = judgeRendering(before, checklist, options)
  const head = judgeRendering(after, checklist, { ...options, base: before })
  // A rule that cannot be evaluated at the base only was mended: what counts is the head.
  if (head.problems.length > 0) return { problems: head.problems }
  return { report: reportReadiness(base.findings, head), checklist }
}

/** Images of the environment that is promoted from, as it will be. */
function imagesOf({ name, targets, failures }: EnvironmentChange): JudgeOptions['promotedFrom'] {
  const rendered = new RenderingIndex(targets.flatMap(({ head }) => head))
  if (failures.length > 0 || rendered.subjects.length === 0) return undefined
  const images = rendered.workloads.flatMap(({ containers }) =>
    containers.flatMap(({ object }) => readImage(object.image)?.text ?? []),
  )
  return { environment: name, images: new Set(images) }
}

/** Files that a checklist points to: beside the checklists, or from the root of the repository. */
function pointedFiles(repository: Repository, commit: string): ReadPointed {
  return async (path) => {
    const tree = await repository.tree(commit)
    const wanted = path.replace(/\/+$/, '').replace(/^\.\//, '')
    for (const home of [`${folder}/${wanted}`, wanted]) {
      const files = [...tree.keys()]
        .filter((each) => each === home || (each.startsWith(`${home}/`) && /\.(?:ya?ml|json)$/.test(each)))
        .sort()
      if (files.length === 0) continue
      return Promise.all(
        files.map(async (file) => ({ file, text: (await repository.file(commit, file)) ?? '' })),
      )
    }
    return undefined
  }
}

/** Checklists of a repository at a commit; those that come with the product where it has none of the name. */
function checklistsOf(repository: Repository, commit: string): ReadChecklist {
  return async (name) => {
    const file = `${folder}/${name}.yaml`
    const text = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? await repository.file(commit, file) : undefined
    return text === undefined ? shippedChecklist(name) : { file, text }
  }
}
