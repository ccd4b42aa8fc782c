import type { TreeEntry } from '../git/git-repository.ts'
import { emptyTree } from '../operations/mergeability.ts'
import { afterRefChanges } from '../operations/after-push.ts'
import { pullsWith } from '../operations/pulls-with.ts'
import { writeFiles } from '../operations/write-files.ts'
import { judgePush } from '../rules/push-gate.ts'
import { viewCommit, viewFiles, viewGitCommit } from '../views/commits.ts'
import { viewListedPull } from '../views/pulls.ts'
import { repositoryPage, repositoryUrl } from '../views/repositories.ts'
import type { Repository } from '../world/model.ts'
import { accountOf } from '../world/people.ts'
import { invalid, notFound, Refusal } from '../world/refusal.ts'
import { commitOf } from './checks.ts'
import { listed, ok, repositoryRoute, type Answer, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'contents:read', role: 'read' } as const
const write = { app: 'contents:write', role: 'write' } as const
const root = '/repos/{owner}/{repo}'

function viewEntry(
  call: RepositoryCall,
  ref: string,
  entry: TreeEntry & { readonly path: string },
): Record<string, unknown> {
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const url = `${repositoryUrl(call.world, call.repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const gitUrl = `${repositoryUrl(call.world, call.repository)}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`
  const page = `${repositoryPage(call.world, call.repository)}/${entry.type === 'tree' ? 'tree' : 'blob'}/${ref}/${path}`
  const isFile = entry.type === 'blob'
  return {
    type: entry.mode === '120000' ? 'symlink' : isFile ? 'file' : entry.type === 'tree' ? 'dir' : 'submodule',
    name: entry.path.split('/').at(-1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    git_url: gitUrl,
    html_url: page,
    download_url: isFile ? `${repositoryPage(call.world, call.repository)}/raw/${ref}/${path}` : null,
    _links: { self: url, git: gitUrl, html: page },
  }
}

async function getContents(call: RepositoryCall): Promise<Answer> {
  const { git } = call.repository
  const ref = call.query.ref ?? call.repository.defaultBranch
  const sha = await git.resolve(ref)
  if (sha === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const path = (call.params.path ?? '').replace(/\/+$/, '')
  const object = await git.object(path === '' ? `${sha}^{tree}` : `${sha}:${path}`)
  if (object === undefined) throw notFound()
  if (object.type === 'tree') {
    const entries = await git.tree(object.sha)
    return ok(
      entries.map((entry) =>
        viewEntry(call, ref, { ...entry, path: path === '' ? entry.path : `${path}/${entry.path}` }),
      ),
    )
  }
  if (call.accept?.includes('raw') === true)
    return {
      status: 200,
      body: object.content,
      headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
    }
  const entry = { mode: '100644', type: 'blob', sha: object.sha, size: object.content.length, path } as const
  return ok({
    ...viewEntry(call, ref, entry),
    encoding: 'base64',
    content: object.content.toString('base64'),
  })
}

async function putContents(call: RepositoryCall): Promise<Answer> {
  const { repository, world } = call
  const body = call.body as { message: string; content: string; sha?: string; branch?: string }
  const path = call.params.path ?? ''
  const branch = body.branch ?? repository.defaultBranch
  const account = accountOf(call.actor)
  return repository.git.exclusively(async () => {
    const ref = `refs/heads/${branch}`
    const tip = repository.git.branch(branch)
    if (tip === undefined && repository.git.refs.size > 0)
      throw new Refusal(404, `Branch ${branch} not found`)
    const current = tip === undefined ? undefined : await repository.git.object(`${tip}:${path}`)
    if (current !== undefined && body.sha === undefined)
      throw invalid('Invalid request.\n\n"sha" wasn\'t supplied.')
    if (body.sha !== undefined && current?.sha !== body.sha)
      throw new Refusal(409, `${path} does not match ${body.sha}`)
    const verdict = judgePush(repository, call.actor, { ref, before: tip ?? null, after: tip ?? '' })
    if (verdict.kind === 'refused')
      throw new Refusal(409, verdict.reason.split('\n').at(-1)?.replace('error: ', '') ?? '')
    const { after } = await writeFiles(
      world,
      repository,
      { [path]: Buffer.from(body.content, 'base64') },
      { by: account, message: body.message, branch },
    )
    await afterRefChanges(call, repository, account, [{ ref, before: tip ?? null, after }])
    const blob = await repository.git.object(`${after}:${path}`)
    const entry = {
      mode: '100644',
      type: 'blob',
      sha: blob?.sha ?? '',
      size: blob?.content.length ?? 0,
      path,
    } as const
    const commit = viewGitCommit(world, repository, await repository.git.commit(after))
    return {
      status: current === undefined ? 201 : 200,
      body: { content: viewEntry(call, branch, entry), commit },
    }
  })
}

const contentRoutes = [
  repositoryRoute('GET', `${root}/contents/{path}`, read, getContents),
  repositoryRoute('PUT', `${root}/contents/{path}`, write, putContents),
]

async function compare(call: RepositoryCall): Promise<Answer> {
  const { repository, world } = call
  const { git } = repository
  const [from = '', to = ''] = (call.params.basehead ?? '').split('...')
  const [base, head] = await Promise.all([
    git.resolve(from.replace(/^.*:/, '')),
    git.resolve(to.replace(/^.*:/, '')),
  ])
  if (base === undefined || head === undefined) throw notFound()
  const mergeBase = await git.mergeBase(base, head)
  if (mergeBase === null) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`)
  const [ahead, behind] = await Promise.all([git.between(base, head), git.between(head, base)])
  const page = `${repositoryPage(world, repository)}/compare/${from}...${to}`
  const status =
    ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical'
  const files = (await viewFiles(world, repository, mergeBase, head)).slice(0, 300)
  const [baseCommit, mergeCommit] = [await git.commit(base), await git.commit(mergeBase)]
  const answer = await listed(
    call,
    await git.commits(ahead.slice(0, 250)),
    (commit) => viewCommit(world, repository, commit),
    (commits) => ({
      url: `${repositoryUrl(world, repository)}/compare/${from}...${to}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: viewCommit(world, repository, baseCommit),
      merge_base_commit: viewCommit(world, repository, mergeCommit),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits,
      files,
    }),
  )
  return answer
}

const commitRoutes = [
  repositoryRoute('GET', `${root}/compare/{basehead}`, read, compare),
  repositoryRoute('GET', `${root}/commits`, read, async (call) => {
    const from = await call.repository.git.resolve(call.query.sha ?? call.repository.defaultBranch)
    if (from === undefined)
      throw call.query.sha === undefined ? new Refusal(409, 'Git Repository is empty.') : notFound()
    const { path, author, since, until } = call.query
    const ids = await call.repository.git.history(from, {
      limit: 10_000,
      skip: 0,
      ...(path === undefined ? {} : { path }),
    })
    const commits = (await call.repository.git.commits(ids)).filter((commit) => {
      const date = Date.parse(commit.committer.date)
      const by = call.world.accountOfEmail(commit.author.email)?.login ?? commit.author.email
      return (
        !(author !== undefined && by !== author) &&
        !(date < Date.parse(since ?? '')) &&
        !(date > Date.parse(until ?? ''))
      )
    })
    return listed(call, commits, (commit) => viewCommit(call.world, call.repository, commit))
  }),
  repositoryRoute('GET', `${root}/commits/{ref}`, read, async (call) => {
    const { repository, world } = call
    const commit = await repository.git.commit(await commitOf(call))
    const files = (await viewFiles(world, repository, commit.parents[0] ?? emptyTree, commit.sha)) as {
      additions: number
      deletions: number
    }[]
    const additions = files.reduce((sum, file) => sum + file.additions, 0)
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0)
    return ok({
      ...viewCommit(world, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.slice(0, 300),
    })
  }),
  repositoryRoute(
    'GET',
    `${root}/commits/{commit_sha}/pulls`,
    { app: 'pull_requests:read', role: 'read' },
    async (call) => {
      const sha = await commitOf(call, call.params.commit_sha)
      return listed(call, await pullsWith(call.repository, sha), (pull) => viewListedPull(call.world, pull))
    },
  ),
]

export const contents: readonly Route[] = [...contentRoutes, ...commitRoutes]
