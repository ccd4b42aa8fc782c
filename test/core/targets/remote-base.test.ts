import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAllowedRemote, parseAllowedRemote } from '../../../src/core/targets/allowed-remotes.ts'
import { readRemoteBase } from '../../../src/core/targets/remote-base.ts'
import { withoutCredentials } from '../../../src/core/targets/remote-reference.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'

function shown(reference: string): string {
  const reading = readRemoteBase(reference)
  return reading.ok ? `${reading.base.url} ${reading.base.path} @${reading.base.commit}` : reading.why
}

describe('readRemoteBase', () => {
  it.each([
    [`https://github.com/acme/base//apps/web?ref=${commit}`, 'https://github.com/acme/base apps/web'],
    [`https://github.com/acme/base/apps/web?ref=${commit}`, 'https://github.com/acme/base apps/web'],
    [`https://github.com/acme/base?ref=${commit}`, 'https://github.com/acme/base .'],
    [`github.com/acme/base//apps?ref=${commit}`, 'https://github.com/acme/base apps'],
    [`git::https://git.acme.dev/a/b/c.git//x/?ref=${commit}`, 'https://git.acme.dev/a/b/c.git x'],
    [`https://git.acme.dev:8443/a/b.git/x?timeout=90s&ref=${commit}`, 'https://git.acme.dev:8443/a/b.git x'],
    [
      `https://GIT.acme.dev/group/sub/repo//x?version=${commit.toUpperCase()}`,
      'https://git.acme.dev/group/sub/repo x',
    ],
    [`http://127.0.0.1:3000/acme/base.git//x?ref=${commit}`, 'http://127.0.0.1:3000/acme/base.git x'],
  ])('reads %s', (reference, words) => {
    expect(shown(reference)).toBe(`${words} @${commit}`)
  })

  it.each([
    [
      'https://github.com/acme/base//x?ref=v1.2.0',
      'a branch or a tag can be moved: write ref=COMMIT with the full id that git ls-remote https://github.com/acme/base v1.2.0 shows',
    ],
    [
      'https://github.com/acme/base//x',
      'without ref it follows a branch: write ref=COMMIT with the full id that git ls-remote https://github.com/acme/base HEAD shows',
    ],
    [
      `https://github.com/acme/base//x?ref=${commit.slice(0, 12)}`,
      'a branch or a tag can be moved: write ref=COMMIT with the full id that git ls-remote https://github.com/acme/base 0123456789ab shows',
    ],
    [
      'https://raw.acme.dev/acme/base/main/crds.yaml',
      'it is a plain file, which cannot be pinned: copy it into the repository, or name a directory as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    ],
    [
      `ssh://git@github.com/acme/base//x?ref=${commit}`,
      'bases are fetched by https alone: write it as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    ],
    [
      `git@github.com:acme/base//x?ref=${commit}`,
      'bases are fetched by https alone: write it as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    ],
    [
      `git::ssh://github.com/acme/base?ref=${commit}`,
      'bases are fetched by https alone: write it as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    ],
    [
      `https://me:secret@github.com/acme/base?ref=${commit}`,
      'it contains credentials; remote bases are fetched without any',
    ],
    [
      `https://github.com/acme/base//../../x?ref=${commit}`,
      'its path has to be written plainly, without .. and without escapes',
    ],
    [
      `https://github.com/acme/base//%2e%2e/x?ref=${commit}`,
      'its path has to be written plainly, without .. and without escapes',
    ],
    [`https://git hub.com/acme/base?ref=${commit}`, 'git hub.com is no host'],
    [`https:///acme/base?ref=${commit}`, ' is no host'],
  ])('refuses %s', (reference, words) => {
    expect(shown(reference)).toBe(words)
  })

  it('gives git nothing but a plain https address and a commit, whatever is written', () => {
    const parts = fc.constantFrom(
      'https://',
      'git::',
      'github.com',
      'evil.dev',
      '/',
      '//',
      '..',
      '-x',
      '@',
      ':',
      '?ref=',
      commit,
      'a',
      '.git',
      '%2f',
      '#',
      ' ',
      '\n',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (written) => {
        const reading = readRemoteBase(written.join(''))
        if (!reading.ok) return
        expect(reading.base.url).toMatch(/^https?:\/\/[a-z0-9][a-z0-9.:-]*(?:\/[\w.~+-]+)+$/)
        expect(reading.base.url.split('/').slice(3)).not.toContain('..')
        expect(reading.base.path).toMatch(/^[\w.~+-]+(?:\/[\w.~+-]+)*$/)
        expect(reading.base.path.split('/')).not.toContain('..')
        expect(reading.base.commit).toBe(commit)
      }),
      { numRuns: 2_000 },
    )
  })

  it('shows no credentials of an address', () => {
    expect(withoutCredentials('https://me:secret@github.com/acme/base')).toBe('https://github.com/acme/base')
    expect(withoutCredentials('git@github.com:acme/base')).toBe('git@github.com:acme/base')
  })
})

describe('the list of allowed hosts', () => {
  const place = (url: string): Parameters<typeof isAllowedRemote>[1] => {
    const reading = readRemoteBase(`${url}?ref=${commit}`)
    if (!reading.ok) throw new Error(reading.why)
    return reading.base
  }
  it.each([
    ['github.com', 'https://github.com/acme/base', true],
    ['github.com/acme', 'https://github.com/acme/base', true],
    ['github.com/acme/base', 'https://github.com/acme/base.git', true],
    ['github.com/acme/base.git', 'https://github.com/acme/base', true],
    ['GitHub.com/acme/', 'https://github.com/acme/base', true],
    ['github.com/acme', 'https://github.com/acme-evil/base', false],
    ['github.com/acme/base', 'https://github.com/acme/base-evil', false],
    ['github.com', 'https://github.com.evil.dev/acme/base', false],
    ['github.com', 'https://evil.github.com/acme/base', false],
    ['github.com', 'https://github.com:8443/acme/base', false],
    ['github.com', 'http://github.com/acme/base', false],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/acme/base', true],
    ['http://127.0.0.1:3000', 'https://127.0.0.1:3000/acme/base', false],
  ])('%s and %s: %s', (entry, url, isAllowed) => {
    const allowed = parseAllowedRemote(entry)
    expect(isAllowedRemote(allowed === undefined ? [] : [allowed], place(url))).toBe(isAllowed)
  })

  it.each([
    '',
    '*',
    'https://',
    'ssh://github.com',
    'me@github.com',
    'github.com/../x',
    'github.com/a b',
    '.dev',
  ])('refuses the entry %j', (entry) => {
    expect(parseAllowedRemote(entry)).toBeUndefined()
  })
})
