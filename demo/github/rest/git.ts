import type { Signature } from '../git/parse-commit.ts'
import { signatureOf } from '../operations/make-merge.ts'
import { updateRef } from '../operations/update-ref.ts'
import { viewGitCommit } from '../views/commits.ts'
import { repositoryUrl } from '../views/repositories.ts'
import type { Repository } from '../world/model.ts'
import { accountOf } from '../world/people.ts'
import { invalid, notFound, Refusal } from '../world/refusal.ts'
import { created, listed, noContent, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'contents:read', role: 'read' } as const
const write = { app: 'contents:write', role: 'write' } as const
const root = '/repos/{owner}/{repo}/git'

async function viewRef(call: RepositoryCall, ref: string): Promise<unknown> {
  const sha = call.repository.git.refs.get(ref)
  const object = sha === undefined ? undefined : await call.repository.git.object(sha)
  if (object === undefined) throw notFound()
  const url = repositoryUrl(call.world, call.repository)
  return {
    ref,
    node_id: `REF_${call.repository.id}_${Buffer.from(ref).toString('base64url')}`,
    url: `${url}/git/${ref}`,
    object: { sha, type: object.type, url: `${url}/git/${object.type}s/${object.sha}` },
  }
}

const refRoutes = [
  repositoryRoute('GET', `${root}/ref/{ref}`, read, async (call) =>
    ok(await viewRef(call, `refs/${call.params.ref ?? ''}`)),
  ),
  repositoryRoute('GET', `${root}/matching-refs/{ref}`, read, (call) => {
    const names = [...call.repository.git.refs.keys()]
      .filter((name) => name.startsWith(`refs/${call.params.ref ?? ''}`))
      .sort()
    return listed(call, names, (name) => viewRef(call, name))
  }),
  repositoryRoute('POST', `${root}/refs`, write, async (call) => {
    const { ref, sha } = call.body as { ref: string; sha: string }
    if (!/^refs\/[^/]+\/./.test(ref) || ref.startsWith('refs/pull/'))
      throw invalid("Reference name must start with 'refs/' and have at least two slashes.")
    if (call.repository.git.refs.has(ref)) throw invalid('Reference already exists')
    if ((await call.repository.git.object(sha)) === undefined) throw invalid('Object does not exist')
    await updateRef(call, call.repository, call.actor, { ref, after: sha, force: false })
    return created(await viewRef(call, ref))
  }),
  repositoryRoute('PATCH', `${root}/refs/{ref}`, write, async (call) => {
    const { sha, force } = call.body as { sha: string; force?: boolean }
    const ref = `refs/${call.params.ref ?? ''}`
    if (!call.repository.git.refs.has(ref)) throw invalid('Reference does not exist')
    if ((await call.repository.git.object(sha))?.type !== 'commit') throw invalid('Object does not exist')
    await updateRef(call, call.repository, call.actor, { ref, after: sha, force: force === true })
    return ok(await viewRef(call, ref))
  }),
  repositoryRoute('DELETE', `${root}/refs/{ref}`, write, async (call) => {
    const ref = `refs/${call.params.ref ?? ''}`
    if (!call.repository.git.refs.has(ref)) throw invalid('Reference does not exist')
    await updateRef(call, call.repository, call.actor, { ref, after: null, force: true })
    return noContent()
  }),
]

interface NewCommit {
  readonly message: string
  readonly tree: string
  readonly parents?: readonly string[]
  readonly author?: Partial<Signature>
  readonly committer?: Partial<Signature>
}

const commitRoutes = [
  repositoryRoute('GET', `${root}/commits/{commit_sha}`, read, async (call) => {
    const [commit] = await call.repository.git.commits([call.params.commit_sha ?? ''])
    if (commit === undefined) throw notFound()
    return ok(viewGitCommit(call.world, call.repository, commit))
  }),
  repositoryRoute('POST', `${root}/commits`, write, async (call) => {
    const body = call.body as unknown as NewCommit
    const { git } = call.repository
    const self = signatureOf(call.world, accountOf(call.actor))
    if ((await git.object(body.tree))?.type !== 'tree') throw invalid('Tree SHA does not exist')
    const parents = body.parents ?? []
    if ((await git.commits(parents)).length !== parents.length)
      throw invalid('Parent SHA does not exist or is not a commit object')
    const author = { ...self, ...body.author }
    const sha = await git.commitTree({
      tree: body.tree,
      parents,
      message: body.message,
      author,
      committer: { ...author, ...body.committer },
    })
    return created(viewGitCommit(call.world, call.repository, await git.commit(sha)))
  }),
]

async function viewTree(call: RepositoryCall, sha: string, recursive: boolean): Promise<unknown> {
  const url = repositoryUrl(call.world, call.repository)
  const entries = await call.repository.git.tree(sha, { recursive })
  return {
    sha,
    url: `${url}/git/trees/${sha}`,
    truncated: entries.length > 100_000,
    tree: entries.slice(0, 100_000).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === 'commit' ? {} : { url: `${url}/git/${entry.type}s/${entry.sha}` }),
    })),
  }
}

interface NewTree {
  readonly base_tree?: string
  readonly tree: readonly {
    readonly path?: string
    readonly mode?: string
    readonly sha?: string | null
    readonly content?: string
  }[]
}

const objectRoutes = [
  repositoryRoute('GET', `${root}/trees/{tree_sha}`, read, async (call) => {
    const object = await call.repository.git.object(`${call.params.tree_sha ?? ''}^{tree}`)
    if (object === undefined) throw notFound()
    return ok(await viewTree(call, object.sha, call.query.recursive !== undefined))
  }),
  repositoryRoute('POST', `${root}/trees`, write, async (call) => {
    const { base_tree: baseTree = null, tree } = call.body as unknown as NewTree
    const { git } = call.repository
    const entries = await Promise.all(
      tree.map(async ({ path = '', mode = '100644', sha, content }) => ({
        path,
        mode,
        sha: content === undefined ? (sha ?? null) : await git.writeBlob(Buffer.from(content)),
      })),
    )
    return created(await viewTree(call, await git.writeTree(baseTree, entries), false))
  }),
  repositoryRoute('GET', `${root}/blobs/{file_sha}`, read, async (call) => {
    const object = await call.repository.git.object(call.params.file_sha ?? '')
    if (object?.type !== 'blob') throw notFound()
    return ok({
      sha: object.sha,
      node_id: `B_${call.repository.id}_${object.sha}`,
      size: object.content.length,
      url: `${repositoryUrl(call.world, call.repository)}/git/blobs/${object.sha}`,
      content: object.content.toString('base64'),
      encoding: 'base64',
    })
  }),
  repositoryRoute('POST', `${root}/blobs`, write, async (call) => {
    const { content, encoding = 'utf-8' } = call.body as { content: string; encoding?: string }
    if (content.length > 100 * 1024 * 1024) throw new Refusal(422, 'Blob is too large')
    const sha = await call.repository.git.writeBlob(
      Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
    )
    return created({ sha, url: `${repositoryUrl(call.world, call.repository)}/git/blobs/${sha}` })
  }),
]

export const git: readonly Route[] = [...refRoutes, ...commitRoutes, ...objectRoutes]
