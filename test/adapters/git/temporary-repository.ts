import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Content by path; null removes; `{ link }` is a symlink. */
export type Edits = Readonly<Record<string, string | null | { readonly link: string }>>

/** A git repository in a temporary directory, for tests. */
export class TemporaryRepository {
  readonly directory = mkdtempSync(join(tmpdir(), 'countersign-test-'))

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main')
  }

  /** Applies edits and commits; gives the commit's id. */
  commit(edits: Edits, message = 'change'): string {
    for (const [path, content] of Object.entries(edits)) {
      const file = join(this.directory, path)
      if (content === null) {
        unlinkSync(file)
        continue
      }
      mkdirSync(dirname(file), { recursive: true })
      if (typeof content === 'string') writeFileSync(file, content)
      else symlinkSync(content.link, file)
    }
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** A commit on top of `base` for each set of edits, in one process: gives their ids, in order. */
  variants(base: string, all: readonly Edits[]): readonly string[] {
    const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`
    const stream = all.flatMap((edits, index) => [
      `commit refs/variants/${index}\ncommitter Test <test@example.com> 0 +0000\n${data('variant')}from ${base}\n`,
      ...Object.entries(edits).map(([path, content]) =>
        content === null
          ? `D ${path}\n`
          : typeof content === 'string'
            ? `M 100644 inline ${path}\n${data(content)}`
            : `M 120000 inline ${path}\n${data(content.link)}`,
      ),
    ])
    const options = { cwd: this.directory, input: stream.join('') }
    execFileSync('git', ['fast-import', '--quiet', '--force'], options)
    const listed = this.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/variants/')
    const ids = new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]))
    return all.map((_, index) => ids.get(`refs/variants/${index}`) ?? '')
  }

  git(...args: readonly string[]): string {
    const identity = [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
    ]
    return execFileSync('git', [...identity, ...args], { cwd: this.directory, encoding: 'utf8' }).trim()
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
