/** The walls of the house (docs/architecture.md). Each message says what to do instead. */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Two files that need each other are one thing, or share a third: move what both need into a file of its own.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'core judges values. Gather what it needs in the pipeline, put it into the facts, and pass it in.',
      from: { path: '^src/core/' },
      to: { path: '^(src/(?!core/)|demo/|test/)' },
    },
    {
      name: 'core-uses-pure-libraries',
      severity: 'error',
      comment:
        'core may use yaml, js-yaml, ajv, TypeBox, CEL, picomatch and the schemas of kubernetes-models: libraries that compute and touch nothing.',
      from: { path: '^src/core/' },
      to: {
        dependencyTypes: ['npm'],
        pathNot:
          'node_modules/(yaml|js-yaml|ajv|ajv-formats|@sinclair/typebox|@marcbachmann/cel-js|picomatch|@types/picomatch|kubernetes-models|@kubernetes-models/[^/]+)/',
      },
    },
    {
      name: 'core-uses-no-node',
      severity: 'error',
      comment: 'core has no I/O. Of Node it may use crypto (for digests) and nothing else.',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'ports-know-core-types',
      severity: 'error',
      comment: 'A port is an interface: it may name types of core, never code.',
      from: { path: '^src/ports/' },
      to: { path: '^src/', pathNot: '^src/(ports|core)/' },
    },
    {
      name: 'adapters-stay-apart',
      severity: 'error',
      comment:
        'An adapter never imports another adapter: go through a port, or let compose.ts connect them. (queue and store share the database.)',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', '^src/adapters/store/database[.]ts$'] },
    },
    {
      name: 'adapters-know-ports-and-core',
      severity: 'error',
      comment: 'An adapter implements a port. What it needs from the pipeline comes in as an argument.',
      from: { path: '^src/adapters/' },
      to: { path: '^src/(pipeline|web|cli|compose|app|settings|main|serve)' },
    },
    {
      name: 'only-compose-knows-adapters',
      severity: 'error',
      comment:
        'pipeline, web, cli and app know ports. compose.ts constructs the adapters: take what you need as an argument.',
      from: { path: '^src/', pathNot: '^src/(compose[a-z-]*[.]ts|adapters/)' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'few-spawn-processes',
      severity: 'error',
      comment:
        'Only adapters/git and the jail start programs, so that there is one place to secure. Ask them.',
      from: { path: '^src/', pathNot: '^src/adapters/(git/|renderers/jail[.]ts$)' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'product-does-not-need-the-demo',
      severity: 'error',
      comment:
        'demo/ is ground to stand on for the demo, tests and benchmarks; only `countersign demo` starts it.',
      from: { path: '^src/', pathNot: '^src/cli/demo[.]ts$' },
      to: { path: '^demo/' },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      comment: 'What is shipped must not need what is not: move the package to dependencies.',
      from: { path: '^(src|demo)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
