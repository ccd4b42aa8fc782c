import tseslint from 'typescript-eslint'

const coreMessage =
  'core is pure: take it as a value (facts.takenAt, an argument); a port or the pipeline does the I/O.'

export default tseslint.config(
  {
    ignores: ['dist/**', 'node_modules/**', '.tools/**', 'demo/sample/**', 'test/fixtures/**', '**/data/**'],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'setTimeout', 'setInterval'].map((name) => ({ name, message: coreMessage })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: coreMessage },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: coreMessage },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: coreMessage },
        { selector: ':function[async=true]', message: coreMessage },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/settings.ts', 'src/core/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only settings.ts reads the environment: take a setting as an argument.',
        },
      ],
    },
  },
  { files: ['vitest.config.ts', '*.mjs'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['*.mjs'], ...tseslint.configs.disableTypeChecked },
)
