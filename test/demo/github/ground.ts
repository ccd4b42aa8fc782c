import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { parseAppManifest } from '../../../demo/github/app-manifest.ts'
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalGitHubOptions,
} from '../../../demo/github/local-github.ts'
import type { App, Installation } from '../../../demo/github/world/model.ts'

const run = promisify(execFile)
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export interface Received {
  readonly event: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** An App's webhook: keeps what arrives, and answers 202 unless told otherwise. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  status: number
  /** `event.action` of what arrived. */
  names(): string[]
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const headers = request.headers as Record<string, string>
      received.push({
        event: headers['x-github-event'] ?? '',
        headers,
        text,
        payload: JSON.parse(text) as Record<string, unknown>,
      })
      response.writeHead(receiver.status).end('noted')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`,
    received,
    status: 202,
    names: () =>
      received.map(({ event, payload }) =>
        typeof payload.action === 'string' ? `${event}.${payload.action}` : event,
      ),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

/** A GitHub with an organisation, people, one repository and Countersign's App installed; plain Octokit and git to use it. */
export interface Ground {
  readonly github: LocalGitHub
  readonly receiver: Receiver
  readonly app: App
  readonly installation: Installation
  readonly tokens: Readonly<Record<string, string>>
  as(login: string): Octokit
  asInstallation(): Octokit
  asApp(): Octokit
  /** Runs git in a directory of its own; the answer is what it printed. */
  git(...args: string[]): Promise<string>
  cloneUrl(user: string, token: string, fullName?: string): string
  readonly directory: string
  close(): Promise<void>
}

export const manifest = async (): Promise<ReturnType<typeof parseAppManifest>> =>
  parseAppManifest(await readFile(new URL('../../../app.yml', import.meta.url), 'utf8'))

export async function startGround(options: LocalGitHubOptions = {}): Promise<Ground> {
  const receiver = await startReceiver()
  const github = await startLocalGitHub(options)
  const directory = await mkdtemp(join(tmpdir(), 'ground-'))
  const tokens: Record<string, string> = {}
  for (const login of ['alice', 'bob', 'carol', 'dave', 'erin', 'mallory'])
    tokens[login] = github.createUser(login, {
      name: `${login} Example`,
      emails: [`${login}@example.com`],
    }).token
  const acme = github.createOrganization('acme', { owners: ['alice'], members: ['bob', 'carol'] })
  await github.createRepository('acme/shop', {
    private: true,
    by: 'alice',
    files: { 'README.md': '# shop\n', 'deploy/app.yaml': 'image: shop:1.0\nreplicas: 2\n' },
  })
  github.setCollaborator('acme/shop', 'bob', 'write')
  github.setCollaborator('acme/shop', 'carol', 'write')
  github.setCollaborator('acme/shop', 'dave', 'read')
  github.setCollaborator('acme/shop', 'erin', 'maintain')
  const app = github.registerApp(await manifest(), {
    owner: acme,
    webhookUrl: receiver.url,
    webhookSecret: 'secret',
  })
  const installation = github.install(app, acme)
  await github.webhooks.idle()
  receiver.received.length = 0

  const common = { baseUrl: github.apiUrl, log: silent }
  const auth = { appId: app.id, privateKey: app.privateKey }
  return {
    github,
    receiver,
    app,
    installation,
    tokens,
    directory,
    as: (login) => new Octokit({ ...common, auth: tokens[login] }),
    asInstallation: () =>
      new Octokit({
        ...common,
        authStrategy: createAppAuth,
        auth: { ...auth, installationId: installation.id },
      }),
    asApp: () => new Octokit({ ...common, authStrategy: createAppAuth, auth }),
    git: async (...args) => {
      const env = {
        PATH: process.env.PATH,
        HOME: directory,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'bob',
        GIT_AUTHOR_EMAIL: 'bob@example.com',
        GIT_COMMITTER_NAME: 'bob',
        GIT_COMMITTER_EMAIL: 'bob@example.com',
      }
      const { stdout, stderr } = await run('git', args, { cwd: directory, env })
      return stdout + stderr
    },
    cloneUrl: (user, token, fullName = 'acme/shop') =>
      `${github.url.replace('://', `://${user}:${token}@`)}/${fullName}.git`,
    close: async () => {
      await github.close()
      await receiver.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A branch with one commit, and a pull request from it. */
export async function openChange(
  ground: Ground,
  options: { by?: string; branch?: string; files?: Readonly<Record<string, string>>; draft?: boolean } = {},
): Promise<{ number: number; head: string }> {
  const {
    by = 'bob',
    branch = 'change',
    files = { 'deploy/app.yaml': 'image: shop:1.1\nreplicas: 2\n' },
    draft = false,
  } = options
  const head = await ground.github.commit('acme/shop', files, { by, branch, message: 'Take shop 1.1' })
  const { data } = await ground.as(by).pulls.create({
    owner: 'acme',
    repo: 'shop',
    title: 'Take shop 1.1',
    head: branch,
    base: 'main',
    draft,
    body: 'The new image.',
  })
  return { number: data.number, head }
}

export const shop = { owner: 'acme', repo: 'shop' } as const

/** What a refused request said. */
export async function refusal(promise: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await promise
  } catch (thrown) {
    const { status, response } = thrown as {
      status: number
      response?: { data?: { message?: string; errors?: unknown[] } }
    }
    const detail = response?.data?.errors
      ?.map((error) => (typeof error === 'string' ? error : ((error as { message?: string }).message ?? '')))
      .filter(Boolean)
    return { status, message: [response?.data?.message ?? '', ...(detail ?? [])].join(': ') }
  }
  throw new Error('it was not refused')
}
