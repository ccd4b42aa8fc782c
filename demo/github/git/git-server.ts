import { spawn } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { judgePush, type RefUpdate } from '../rules/push-gate.ts'
import { afterRefChanges } from '../operations/after-push.ts'
import type { Services } from '../services.ts'
import type { Actor, Repository } from '../world/model.ts'
import { accountOf, demandAccess } from '../world/people.ts'
import { Refusal } from '../world/refusal.ts'
import { gitEnvironment } from './run-git.ts'

const zero = '0'.repeat(40)

export interface GitRequest {
  readonly method: string
  /** `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly body: Buffer
}

export const isPush = (request: Pick<GitRequest, 'path' | 'query'>): boolean =>
  request.path === '/git-receive-pack' || request.query.includes('service=git-receive-pack')

/** What a push wants to do to refs: the first pkt-lines of the request. https://git-scm.com/docs/pack-protocol */
export function readCommands(body: Buffer): RefUpdate[] {
  const updates: RefUpdate[] = []
  for (let at = 0; at + 4 <= body.length;) {
    const length = parseInt(body.subarray(at, at + 4).toString(), 16)
    if (!(length > 4)) break
    const line = body.subarray(at + 4, at + length).toString()
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined && match[3] !== undefined)
      updates.push({
        ref: match[3],
        before: match[1] === zero ? null : match[1],
        after: match[2] === zero ? null : match[2],
      })
    at += length
  }
  return updates
}

/** Tells the update hook which refs the rules refuse, or let move forward only. */
function verdictEnvironment(
  repository: Repository,
  actor: Actor,
  updates: readonly RefUpdate[],
): NodeJS.ProcessEnv {
  const verdicts = updates.map((update) => ({ update, verdict: judgePush(repository, actor, update) }))
  const refused = verdicts.flatMap(({ update, verdict }) =>
    verdict.kind === 'refused' ? [{ ref: update.ref, reason: verdict.reason }] : [],
  )
  return {
    LOCAL_GITHUB_REFUSED: refused.map(({ ref }) => ref).join('\n'),
    LOCAL_GITHUB_REASON: refused.map(({ reason }) => reason).join('\n'),
    LOCAL_GITHUB_FORWARD_ONLY: verdicts
      .filter(({ verdict }) => verdict.kind === 'forward-only')
      .map(({ update }) => update.ref)
      .join('\n'),
  }
}

/** Runs `git http-backend`, which is a CGI program: headers, an empty line, then the body. */
function runBackend(
  repository: Repository,
  request: GitRequest,
  user: string,
  extra: NodeJS.ProcessEnv,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      env: {
        ...gitEnvironment,
        ...extra,
        GIT_PROJECT_ROOT: repository.git.directory,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: request.path,
        QUERY_STRING: request.query,
        REQUEST_METHOD: request.method,
        REMOTE_USER: user,
        CONTENT_TYPE: request.headers.get('content-type') ?? '',
        CONTENT_LENGTH: String(request.body.length),
        GIT_PROTOCOL: request.headers.get('git-protocol') ?? '',
      },
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', () => {
      const output = Buffer.concat(chunks)
      const end = output.indexOf('\r\n\r\n')
      const headers = new Headers()
      let status = 200
      for (const line of output.subarray(0, end).toString().split('\r\n')) {
        const [name = '', ...value] = line.split(': ')
        if (name.toLowerCase() === 'status') status = parseInt(value.join(': '))
        else if (name !== '') headers.append(name, value.join(': '))
      }
      resolve(new Response(new Uint8Array(output.subarray(end + 4)), { status, headers }))
    })
    child.stdin.on('error', () => undefined) // the backend may end early; its answer says why
    child.stdin.end(request.body)
  })
}

/**
 * Serves fetch and push. Whoever may not read gets a 404 (or, not signed in, a 401); whoever may not push a 403. What a push
 * changed is known, with its pull requests, checks and events, before git gets its answer.
 */
export async function serveGit(
  services: Services,
  repository: Repository,
  actor: Actor,
  raw: GitRequest,
): Promise<Response> {
  const gzipped = raw.headers.get('content-encoding') === 'gzip'
  const request = gzipped ? { ...raw, body: gunzipSync(raw.body) } : raw
  const pushing = isPush(request)
  if (actor.kind === 'anonymous' && (pushing || repository.private))
    return new Response('Authentication required\n', {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="GitHub"' },
    })
  try {
    demandAccess(actor, repository, 'read', 'contents:read')
    if (pushing) demandAccess(actor, repository, 'write', 'contents:write')
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const hidden = thrown.status === 404
    return new Response(hidden ? 'Repository not found.\n' : 'Write access to repository not granted.\n', {
      status: thrown.status,
    })
  }
  const user = actor.kind === 'anonymous' ? '' : accountOf(actor).login
  if (request.path !== '/git-receive-pack') return runBackend(repository, request, user, {})
  return repository.git.exclusively(() => receive(services, repository, actor, request))
}

async function receive(
  services: Services,
  repository: Repository,
  actor: Actor,
  request: GitRequest,
): Promise<Response> {
  const account = accountOf(actor)
  const before = new Map(repository.git.refs)
  const verdicts = verdictEnvironment(repository, actor, readCommands(request.body))
  const response = await runBackend(repository, request, account.login, verdicts)
  const after = await repository.git.readRefs()
  const names = new Set([...before.keys(), ...after.keys()].filter((name) => !name.startsWith('refs/pull/')))
  const updates = [...names]
    .filter((ref) => before.get(ref) !== after.get(ref))
    .map((ref): RefUpdate => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }))
  if (updates.length > 0) await afterRefChanges(services, repository, account, updates)
  return response
}
