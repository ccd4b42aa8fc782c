import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseAppManifest } from './app-manifest.ts'
import { startLocalGitHub } from './local-github.ts'

/** Runs the local GitHub by itself: `node demo/github/main.ts [--port 4000] [--directory DIR] [--webhook URL]`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    directory: { type: 'string' },
    webhook: { type: 'string' },
  },
})
const github = await startLocalGitHub({
  port: Number(values.port),
  ...(values.directory === undefined ? {} : { directory: values.directory }),
})
const people = ['alice', 'bob', 'carol'].map((login) => ({
  login,
  ...github.createUser(login, { emails: [`${login}@example.com`] }),
}))
const acme = github.createOrganization('acme', {
  owners: ['alice'],
  members: ['bob', 'carol'],
  basePermission: 'write',
})
await github.createRepository('acme/shop', { files: { 'README.md': '# shop\n' }, by: 'alice' })
const manifest = parseAppManifest(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8'))
const webhook = values.webhook === undefined ? {} : { webhookUrl: values.webhook }
const app = github.registerApp(manifest, { owner: acme, webhookSecret: 'development', ...webhook })
github.install(app, acme)

console.log(`Local GitHub at ${github.url} (REST ${github.apiUrl}, GraphQL ${github.url}/api/graphql)`)
console.log(`Repository  ${github.url}/acme/shop.git`)
for (const { login, token } of people) console.log(`Token of ${login.padEnd(6)} ${token}`)
console.log(
  `App ${app.slug}: id ${app.id}, webhook secret ${app.webhookSecret}, private key:\n${app.privateKey}`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void github.close().then(() => process.exit(0)))
