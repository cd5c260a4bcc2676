import tseslint from 'typescript-eslint';

/** The rooms, and which of our own rooms each may import (DESIGN section 3). Entry files build adapters. */
const rooms = [
  'contracts',
  'workflows',
  'activities',
  'workers',
  'client',
  'serving',
  'infra',
  'test',
  'bench',
  'examples',
];
const mayImport = {
  contracts: [],
  workflows: ['contracts'],
  activities: ['contracts'],
  workers: ['contracts', 'activities', 'infra'],
  client: ['contracts', 'infra'],
  serving: ['contracts', 'infra'],
  infra: ['contracts', 'activities', 'client', 'serving'],
  examples: ['contracts', 'client'],
};

const forbidden = (room) => rooms.filter((other) => other !== room && !mayImport[room].includes(other));

const arrow = (room, extra = []) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...forbidden(room).map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            allowTypeImports: room === 'workflows' && other === 'activities',
            message: `${room}/ must not import ${other}/ (import law, DESIGN section 3).`,
          })),
          ...extra,
        ],
      },
    ],
  },
});

const noIo = {
  regex:
    '^(node:|pg$|kysely|minio|fastify|onnxruntime-node|@duckdb/|@temporalio/(client|worker|activity|testing)|pino|execa)',
  message: 'workflows/ and contracts/ do no I/O: use an activity.',
};

const noEnvironment = {
  rules: {
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Only entry files read the environment; pass a value.' },
    ],
  },
};

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.mainspring', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    ...noEnvironment,
    files: ['**/*.ts'],
    ignores: [
      'infra/config.ts',
      'infra/dev/**',
      'workers/*.ts',
      'client/cli.ts',
      'serving/main.ts',
      'test/**',
      'bench/**',
      'activities/training/wrapper/main.ts',
    ],
  },
  arrow('contracts', [noIo]),
  { files: ['contracts/digest.ts'], rules: { '@typescript-eslint/no-restricted-imports': 'off' } },
  arrow('workflows', [
    noIo,
    { regex: '/contracts/digest', message: 'workflows carry digests and never make them.' },
  ]),
  arrow('activities'),
  // An entry file: it runs for each attempt and builds its own adapters.
  {
    files: ['activities/training/wrapper/main.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  arrow('workers'),
  arrow('client'),
  arrow('serving'),
  arrow('infra'),
  arrow('examples'),
  {
    files: ['infra/adapters/**/*.ts', 'infra/migrations/**/*.ts', 'infra/config.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\./)+(workflows|workers|client|serving|test|bench|examples)/',
              message: 'infra/adapters implement activities/ports: import contracts and ports only.',
            },
            {
              regex: '^(\\.\\./)+activities/(?!ports/)',
              message: 'infra/adapters see only activities/ports.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'fetch',
        'setImmediate',
        'require',
        '__dirname',
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "Property[key.name='validator'] > :matches(ArrowFunctionExpression, FunctionExpression)[async=true]",
          message: 'An Update validator must be synchronous: an async one accepts everything.',
        },
        {
          selector: "ThrowStatement > NewExpression[callee.name='Error']",
          message: 'A bare Error sticks the workflow task: throw fail(FailureType…).',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
);
