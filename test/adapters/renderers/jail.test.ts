import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexTree } from '../../../src/core/targets/file-tree.ts'
import { readGraph, type InputGraph } from '../../../src/core/targets/read-graph.ts'
import {
  defaultLimits,
  detectPowers,
  runJailed,
  type JailLimits,
  type JailPowers,
  type JailResult,
} from '../../../src/adapters/renderers/jail.ts'

const directory = mkdtempSync(join(tmpdir(), 'countersign-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = process.env.PATH ?? ''
let powers: JailPowers
beforeAll(async () => {
  powers = await detectPowers(path)
})

function run(
  program: string,
  args: readonly string[],
  limits: Partial<JailLimits> = {},
): Promise<JailResult> {
  const shared = { ...powers, root: 'shared' } as const
  return runJailed({
    program,
    args,
    directory,
    home: directory,
    path,
    powers: shared,
    limits: { ...defaultLimits, ...limits },
  })
}

describe('runJailed', () => {
  it('gives a program PATH and HOME and nothing else of our environment', async () => {
    process.env.COUNTERSIGN_TEST_SECRET = 'leak'
    const { stdout } = await run('env', [])
    delete process.env.COUNTERSIGN_TEST_SECRET
    expect(
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    ).toEqual([`HOME=${directory}`, `PATH=${path}`])
  })

  it('ends what takes too long, with its children', async () => {
    const start = Date.now()
    await expect(run('sh', ['-c', 'sleep 30 & sleep 30'], { time: 300 })).rejects.toMatchObject({
      code: 'render-limit',
      message: 'rendering took longer than 0.3 seconds',
    })
    // Well before the thirty seconds that it would take by itself.
    expect(Date.now() - start).toBeLessThan(20_000)
  })

  it('ends what writes too much', async () => {
    await expect(run('sh', ['-c', 'yes'], { output: 1024 * 1024 })).rejects.toMatchObject({
      code: 'render-limit',
      message: 'the rendering is larger than 1 MB',
    })
  })

  it('ends what needs too much memory', async () => {
    const hungry = 'const all = []; for (;;) all.push(Buffer.alloc(8 * 1024 * 1024, 1))'
    await expect(
      run(process.execPath, ['-e', hungry], { memory: 200 * 1024 * 1024, time: 20_000 }),
    ).rejects.toMatchObject({
      code: 'render-limit',
      message: 'rendering needed more than 200 MB of memory',
    })
  })

  it('gives exit code and last words of a program that fails', async () => {
    expect(await run('sh', ['-c', 'echo out; echo words >&2; exit 7'])).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'words\n',
    })
  })

  it('says so when a program is not there', async () => {
    const none = { network: 'none', root: 'shared' } as const
    await expect(
      runJailed({ program: 'no-such-program', args: [], directory, home: directory, path, powers: none }),
    ).rejects.toMatchObject({ code: 'tool-missing' })
  })

  it('reaches no network where that can be taken away; where it cannot, nothing remote gets as far', async () => {
    const files = new Map([
      ['kustomization.yaml', { path: 'kustomization.yaml', mode: '100644', blob: 'a' } as const],
    ])
    const graph = readGraph(indexTree(files), [{ kind: 'kustomize', path: '.' }])
    graph.next()
    const text = 'resources: ["http://127.0.0.1/x?ref=1"]\n'
    const { value } = graph.next(new Map([['kustomization.yaml', text]]))
    const nodes = value instanceof Map ? [...(value as InputGraph).values()] : []
    expect(nodes.flatMap(({ failures }) => failures.map(({ code }) => code))).toEqual(['remote-refused'])

    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const connect = `require('net').connect(${port}, '127.0.0.1').on('data', () => console.log('reached')).on('error', () => console.log('refused'))`
    const { stdout } = await run(process.execPath, ['-e', connect])
    server.close()
    expect(stdout).toBe(powers.network === 'none' ? 'reached\n' : 'refused\n')
  })
})
