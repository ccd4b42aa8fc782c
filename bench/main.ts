/** `npm run bench -- NAME…`: each benchmark prints its figures as a ratio against a reference named in the same run. */
const benches: Readonly<Record<string, () => Promise<{ run: () => Promise<void> | void }>>> = {
  decide: () => import('./decide.ts'),
  review: () => import('./review.ts'),
  diff: () => import('./diff.ts'),
  webhooks: () => import('./webhooks.ts'),
  readiness: () => import('./readiness.ts'),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in benches))
if (asked.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.`)
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exit(2)
}
for (const name of asked) {
  console.log(`# ${name} (Node ${process.versions.node}, ${process.arch})\n`)
  await (await benches[name]?.())?.run()
}
