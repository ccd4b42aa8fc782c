import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseAppManifest } from './github/app-manifest.ts'
import type { LocalGitHub } from './github/local-github.ts'
import { shipped } from '../src/presets.ts'

/** The organisation, people, repository and App that demo, end-to-end tests and benchmarks start from. */
export interface Stage {
  readonly repository: string
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
  readonly installation: number
  /** Tokens by login. */
  readonly tokens: Readonly<Record<string, string>>
  /** Tells GitHub where the App listens: from now on it delivers. */
  connect(webhookUrl: string): void
}

/** Who plays: mallory proposes, dana and lee are release managers, carol and kim own the configuration, sam only reads. */
const cast = {
  mallory: 'write',
  dana: 'write',
  lee: 'write',
  carol: 'write',
  kim: 'write',
  alex: 'admin',
  sam: 'read',
} as const

/** Sets the stage on a local GitHub: `acme/shop` with the files of demo/sample (or `files`), people, teams, the App installed. */
export async function setStage(
  github: LocalGitHub,
  options: { readonly files?: Readonly<Record<string, string>> | undefined } = {},
): Promise<Stage> {
  const tokens: Record<string, string> = {}
  for (const login of Object.keys(cast)) tokens[login] = github.createUser(login).token
  const acme = github.createOrganization('acme', {
    owners: ['alex'],
    members: Object.keys(cast).filter((each) => each !== 'alex'),
  })
  github.createTeam(acme, 'release', { members: ['dana', 'lee'] })
  github.createTeam(acme, 'platform', { members: ['carol', 'kim'] })
  const repository = 'acme/shop'
  await github.createRepository(repository, { files: options.files ?? (await sampleFiles()), by: 'alex' })
  for (const [login, role] of Object.entries(cast)) github.setCollaborator(repository, login, role)

  const webhookSecret = 'a secret of the demo'
  const manifest = parseAppManifest(readFileSync(shipped('app.yml'), 'utf8'))
  const app = github.registerApp(manifest, { owner: 'alex', webhookSecret })
  const installation = github.install(app, 'acme')
  const connect = (webhookUrl: string): void => {
    app.webhookUrl = webhookUrl
  }
  return {
    repository,
    appId: app.id,
    privateKey: app.privateKey,
    webhookSecret,
    installation: installation.id,
    tokens,
    connect,
  }
}

/** The sample with a policy that names no checklist and follows no deployment: for tests and benchmarks that are about something else. */
export async function sampleWithoutChecklist(): Promise<Record<string, string>> {
  const files = await sampleFiles()
  const policy = files['.github/countersign.yml'] ?? ''
  return { ...files, '.github/countersign.yml': policy.replace(/^ *(?:readiness|deploy):.*\n/gm, '') }
}

/** Content of demo/sample by path. */
export async function sampleFiles(): Promise<Record<string, string>> {
  const root = join(import.meta.dirname, 'sample')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = await Promise.all(
    files.map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const),
  )
  return Object.fromEntries(contents)
}
