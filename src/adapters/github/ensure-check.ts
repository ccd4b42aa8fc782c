import type { CheckRun } from '../../ports/github.ts'
import { githubError, once, splitRepository, statusOf, type Octokit } from './octokit.ts'

/** GitHub takes at most this many annotations in one request; more are sent by further updates. */
const annotationsPerRequest = 50
/** https://docs.github.com/en/rest/checks/runs: the summary's limit. */
const summaryLimit = 65_535

/** Creates the check run of the head, or brings the existing one up to date. https://docs.github.com/en/rest/checks/runs */
export async function ensureCheck(
  octokit: Octokit,
  repository: string,
  check: CheckRun,
  existing: number | undefined,
): Promise<void> {
  const at = splitRepository(repository)
  const annotations = check.annotations.map((annotation) => ({
    path: annotation.path,
    start_line: annotation.line,
    end_line: annotation.line,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
  }))
  const body = {
    ...at,
    name: check.name,
    external_id: check.externalId,
    ...(check.conclusion === undefined
      ? { status: 'in_progress' as const }
      : { status: 'completed' as const, conclusion: check.conclusion }),
    actions: [{ label: 'Re-check', description: 'Judge this pull request again', identifier: 'recheck' }],
    output: {
      title: check.title,
      summary: check.summary.slice(0, summaryLimit),
      annotations: annotations.slice(0, annotationsPerRequest),
    },
  }
  try {
    const id =
      existing === undefined
        ? await create(octokit, body, check.head)
        : await update(octokit, body, existing, check.head)
    for (let start = annotationsPerRequest; start < annotations.length; start += annotationsPerRequest) {
      const output = { ...body.output, annotations: annotations.slice(start, start + annotationsPerRequest) }
      await octokit.rest.checks.update({ ...at, check_run_id: id, output })
    }
  } catch (thrown) {
    throw githubError(`write the check run on ${check.head.slice(0, 7)}`, thrown)
  }
}

type Body = Omit<Parameters<Octokit['rest']['checks']['create']>[0] & object, 'head_sha'>

async function create(octokit: Octokit, body: object, head: string): Promise<number> {
  const answer = await octokit.rest.checks.create({
    ...(body as Body),
    ...once,
    head_sha: head,
  } as Parameters<Octokit['rest']['checks']['create']>[0] & object)
  return answer.data.id
}

async function update(octokit: Octokit, body: object, id: number, head: string): Promise<number> {
  try {
    const parameters = { ...body, check_run_id: id } as Parameters<Octokit['rest']['checks']['update']>[0] &
      object
    await octokit.rest.checks.update(parameters)
    return id
  } catch (thrown) {
    // The run was deleted in the meantime: the head must not be left without one.
    if (statusOf(thrown) === 404) return create(octokit, body, head)
    throw thrown
  }
}
