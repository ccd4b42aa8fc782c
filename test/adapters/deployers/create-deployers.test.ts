import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStandIn, type StandIn } from '../../../demo/deployer/stand-in.ts'
import { createDeployers } from '../../../src/adapters/deployers/create-deployers.ts'
import { readClusters } from '../../../src/clusters.ts'

const secret = 'the secret of the test cluster'
const now = (): Date => new Date('2026-03-02T10:00:00Z')

describe('reading clusters', () => {
  let directory: string
  let standIn: StandIn
  let argocd: Server
  let clustersFile: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-clusters-'))
    standIn = await startStandIn({
      repositoryUrl: 'https://github.com/acme/shop.git',
      objects: [{ kind: 'Kustomization', namespace: 'apps', name: 'web', path: 'deploy', canary: true }],
      head: async () => 'a'.repeat(40),
      outcome: async () => 'healthy',
      secret,
    })
    argocd = createServer((request, response) => {
      const allowed =
        request.headers.authorization === 'Bearer a token of argocd' && request.url === '/api/v1/applications'
      response.statusCode = allowed ? 200 : 403
      response.end(JSON.stringify({ items: [{ metadata: { name: 'web', namespace: 'argocd' } }] }))
    })
    await new Promise<void>((resolve) => argocd.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(argocd.address() as AddressInfo).port}`
    clustersFile = join(directory, 'clusters.yml')
    await writeFile(join(directory, 'eu.kubeconfig'), standIn.kubeconfig)
    await writeFile(join(directory, 'wrong.kubeconfig'), standIn.kubeconfig.replace(secret, 'another token'))
    await writeFile(join(directory, 'argocd.token'), 'a token of argocd\n')
    await writeFile(join(directory, 'eu.secret'), `${secret}\n`)
    await writeFile(
      clustersFile,
      `clusters:
  - { name: eu, kubeconfig: eu.kubeconfig, hook-secret-file: eu.secret }
  - { name: wrong, kubeconfig: wrong.kubeconfig }
  - { name: other, kubeconfig: eu.kubeconfig, context: missing }
  - { name: argo, argocd: { url: '${url}/', token-file: argocd.token } }
`,
    )
  })
  afterAll(async () => {
    await standIn.close()
    argocd.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('lists what every cluster deploys, and says which do not answer', async () => {
    const clusters = await readClusters(clustersFile)
    expect(clusters[0]?.hookSecret).toBe(secret)
    const { observations, listed, failures } = await createDeployers(clusters, now).observe()
    const kinds = observations.map((each) =>
      each.via === 'object' ? `${each.cluster} ${(each.object as { kind: string }).kind} ${each.at}` : '',
    )
    const at = '2026-03-02T10:00:00.000Z'
    expect(kinds).toEqual([
      `eu GitRepository ${at}`,
      `eu Kustomization ${at}`,
      `eu Canary ${at}`,
      `argo Application ${at}`,
    ])
    expect(listed).toEqual(['eu', 'argo'])
    expect(failures).toEqual([
      {
        cluster: 'wrong',
        message: expect.stringContaining('the API answered 401; the account needs get and list') as string,
      },
      { cluster: 'other', message: 'the kubeconfig has no context missing' },
    ])
  })
  test('shares what was just read', async () => {
    const deployers = createDeployers(await readClusters(clustersFile), now)
    expect(deployers.observe()).toBe(deployers.observe())
  })
})

describe('the file of clusters', () => {
  async function problemsOf(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-clusters-'))
    const file = join(directory, 'clusters.yml')
    await writeFile(file, text)
    await writeFile(join(directory, 'short'), 'short')
    await writeFile(join(directory, 'same'), 'the same secret twice')
    try {
      await readClusters(file)
      return ''
    } catch (thrown) {
      return (thrown as Error).message.replaceAll(`${file}:`, '')
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  test.each([
    [
      'clusters: [{ name: eu, kubeconfg: x }]',
      '1:24  clusters[0].kubeconfg: unknown key; did you mean kubeconfig?',
    ],
    [
      'clusters: [{ name: eu }]',
      '1:20  clusters[0].name: nothing is known of this cluster; write kubeconfig, argocd or hook-secret-file',
    ],
    [
      'clusters: [{ name: eu, kubeconfig: x }, { name: EU, kubeconfig: x }]',
      '1:49  clusters[1].name: a second cluster is called EU; write another name',
    ],
    [
      'clusters: [{ name: eu, context: x, argocd: { url: "https://a", token-file: t } }]',
      '1:33  clusters[0].context: a context belongs to a kubeconfig; write that too',
    ],
    [
      'clusters: [{ name: eu, hook-secret-file: short }]',
      'short: the secret has fewer than 16 characters; write a longer one',
    ],
    [
      'clusters: [{ name: eu, hook-secret-file: same }, { name: us, hook-secret-file: same }]',
      'two clusters have the same hook secret; nobody could tell which of them calls',
    ],
  ])('says what is wrong: %s', async (text, problem) => {
    expect(await problemsOf(text)).toBe(problem)
  })
  test('none is named, none is known', async () => {
    expect(await readClusters(undefined)).toEqual([])
    await expect(readClusters('/nowhere/clusters.yml')).rejects.toThrow(/COUNTERSIGN_CLUSTERS: ENOENT/)
  })
})
