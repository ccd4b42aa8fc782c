import { expect, test } from 'vitest'
import { revisionOf } from '../../../src/core/rollout/lineage.ts'
import { sameRepository } from '../../../src/core/rollout/same-repository.ts'

const commit = '731f7eaddfb6af01cb2173e18f0f75b0ba780ef1'

test.each([
  [`main@sha1:${commit}`, commit],
  [`environment/dev@sha1:${commit}`, commit],
  [`sha1:${commit}`, commit],
  [`v1.0.1@sha1:${commit.toUpperCase()}`, commit],
  [`main/${commit}`, commit],
  [`environment/dev/${commit}`, commit],
  [commit, commit],
  [`latest@sha256:${'1'.repeat(64)}`, '1'.repeat(64)],
  ['master', undefined],
  ['6.6.1+0cc9a8446c95', undefined],
  ['', undefined],
  [`x${commit}`, undefined],
  [undefined, undefined],
])('the commit in %s', (text, expected) => {
  expect(revisionOf(text)).toBe(expected)
})

test.each([
  ['https://github.com/acme/shop', true],
  ['https://github.com/Acme/Shop.git', true],
  ['ssh://git@github.com/acme/shop', true],
  ['ssh://git@github.com:22/acme/shop.git/', true],
  ['git@github.com:acme/shop.git', true],
  ['https://proxy.example.com/github.com/acme/shop', true],
  ['https://github.com/acme/shop-two', false],
  ['https://github.com/not-acme/shop', false],
  ['https://github.com/acme', false],
  ['acme/shop', false],
  [undefined, false],
])('%s is the repository: %s', (url, expected) => {
  expect(sameRepository(url, 'acme/shop')).toBe(expected)
})
