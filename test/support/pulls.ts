import type { Pull } from '../../demo/github/world/model.ts'
import { checkNameOn } from '../../src/core/protection.ts'
import { eventually, type Journey } from './start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
export const deployment = 'deploy/bases/frontend/deployment.yaml'

/** The deployment of the sample with another image, and what else a test wants different. */
export async function deploymentWith(
  journey: Journey,
  tag: string,
  change: (text: string) => string = (text) => text,
): Promise<string> {
  const { data } = await journey.as('alex').rest.repos.getContent({ ...at, path: deployment })
  const text = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  return change(text.replace(/frontend:[\d.]+/, `frontend:${tag}`))
}

export interface Proposal {
  readonly branch: string
  readonly files: Readonly<Record<string, string | null>>
  /** Who commits; mallory. */
  readonly by?: string
  /** Who opens the pull request; who commits. */
  readonly author?: string
  readonly coAuthors?: readonly string[]
  readonly base?: string
  readonly draft?: boolean
}

/** A branch with one commit, and a pull request from it. */
export async function propose(journey: Journey, proposal: Proposal): Promise<Pull> {
  const { branch, files, by = 'mallory', author = by, coAuthors = [], base = 'main', draft } = proposal
  const { github, stage } = journey
  await github.commit(stage.repository, files, {
    by,
    branch,
    message: `Change ${branch}`,
    coAuthors,
    from: base,
  })
  return github.openPull(stage.repository, author, { title: `Change ${branch}`, head: branch, base, draft })
}

/** What stands on a pull request: the check of its head and the comments of Countersign. */
export async function published(
  journey: Journey,
  { number }: Pick<Pull, 'number'>,
): Promise<{
  title: string
  conclusion: string | null
  comments: string[]
  merged: boolean
  asked: string[]
}> {
  const octokit = journey.as('alex')
  const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number })
  const { data: checks } = await octokit.rest.checks.listForRef({
    ...at,
    ref: pull.head.sha,
    check_name: checkNameOn(pull.base.ref, 'main'),
  })
  const { data: comments } = await octokit.rest.issues.listComments({
    ...at,
    issue_number: number,
    per_page: 100,
  })
  const check = checks.check_runs.find((run) => run.app?.slug === 'countersign')
  return {
    title: check?.output.title ?? '',
    conclusion: check?.conclusion ?? null,
    comments: comments.filter((comment) => comment.user?.type === 'Bot').map((comment) => comment.body ?? ''),
    merged: pull.merged,
    asked: (pull.requested_reviewers ?? []).map((each) => each.login).sort(),
  }
}

type Published = Awaited<ReturnType<typeof published>>

/** Waits until what is published is as a test expects, and gives it; says what was there instead when it never is. */
export async function untilPublished(
  journey: Journey,
  pull: Pick<Pull, 'number'>,
  what: string,
  holds: (seen: Published) => boolean,
): Promise<Published> {
  let last: Published | undefined
  try {
    return await eventually(
      what,
      async () => {
        last = await published(journey, pull)
        return holds(last) && last
      },
      45_000,
    )
  } catch (error) {
    throw new Error(`#${pull.number}: waited for ${what}; there is ${JSON.stringify(last, null, 1)}`, {
      cause: error,
    })
  }
}

/** Waits until the check of the head has a title. */
export async function untilTitle(
  journey: Journey,
  pull: Pick<Pull, 'number'>,
  title: string | RegExp,
): Promise<Published> {
  return untilPublished(journey, pull, `the title ${String(title)}`, (seen) =>
    typeof title === 'string' ? seen.title === title : title.test(seen.title),
  )
}

export async function untilMerged(journey: Journey, pull: Pick<Pull, 'number'>): Promise<Published> {
  return untilPublished(journey, pull, 'the merge', ({ merged }) => merged)
}
