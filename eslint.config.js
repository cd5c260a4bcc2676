import tseslint from 'typescript-eslint';

/** The rooms, and which of our own rooms each may import (docs/architecture.md). Entry files build adapters. */
const rooms = [
  'contracts',
  'workflows',
  'activities',
  'workers',
  'operations',
  'api',
  'client',
  'serving',
  'wrapper',
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
  operations: ['contracts'],
  api: ['contracts', 'operations'],
  client: ['contracts', 'operations'],
  serving: ['contracts', 'infra'],
  wrapper: ['contracts', 'activities'],
  infra: ['contracts', 'activities', 'operations', 'client', 'serving'],
  examples: ['contracts', 'operations', 'client'],
};

const forbidden = (room) => rooms.filter((other) => other !== room && !mayImport[room].includes(other));

const arrow = (room, extra = [], files = [`${room}/**/*.ts`]) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...forbidden(room).map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            allowTypeImports:
              (room === 'workflows' && other === 'activities') || (room === 'client' && other === 'infra'),
            message: `${room}/ must not import ${other}/ (import law, docs/architecture.md).`,
          })),
          ...extra,
        ],
      },
    ],
  },
});

/** An entry file builds its own adapters; nothing but `extra` is forbidden. */
const entry = (files, extra = []) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': extra.length === 0 ? 'off' : ['error', { patterns: extra }],
  },
});

const noTemporal = {
  regex: '^@temporalio/',
  message:
    'Temporal stays in workflows/, workers/, the activities themselves and infra/adapters/temporal: use a port, or contracts/messages.ts.',
};

const adapterImports = [
  {
    regex: '^(\\.\\./)+(workflows|workers|client|serving|test|bench|examples)/',
    message: 'infra/adapters implement activities/ports: import contracts and ports only.',
  },
  {
    regex: '^(\\.\\./)+activities/(?!ports/)',
    message: 'infra/adapters see only activities/ports.',
  },
  {
    regex: '^(\\.\\./)+operations/(?!ports/|errors|unreachable)',
    message: 'infra/adapters see only operations/ports, and the errors of operations.',
  },
];

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
  { ignores: ['node_modules', '**/dist', '.mainspring', '**/*.js', '**/*.mjs', '**/*.cjs'] },
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
      'api/main.ts',
      'test/**',
      'bench/**',
      'wrapper/main.ts',
    ],
  },
  arrow('contracts', [noIo, noTemporal]),
  // It reads bytes and makes digests, and workflows may not import it.
  entry(['contracts/digest.ts'], [noTemporal]),
  {
    files: ['contracts/*.ts'],
    ignores: ['contracts/wire.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='z'][property.name='strictObject']",
          message:
            'A message ignores unknown fields: use z.object, or typedByPeople of contracts/wire.ts for what people type.',
        },
      ],
    },
  },
  arrow('workflows', [
    noIo,
    { regex: '/contracts/digest', message: 'workflows carry digests and never make them.' },
  ]),
  arrow('activities'),
  arrow('activities', [noTemporal], ['activities/ports/**/*.ts', 'activities/**/{lease,policy}/**/*.ts']),
  arrow('wrapper', [
    {
      regex: '^(\\.\\./)+activities/(?!ports/|training/lease/)',
      message: 'wrapper/ shares the ports and the lease protocol with activities/, and nothing else.',
    },
    noTemporal,
  ]),
  // It runs for each attempt.
  entry(['wrapper/main.ts'], [noTemporal]),
  arrow('workers'),
  arrow('operations', [
    {
      regex: '^(pg$|kysely|minio|fastify|onnxruntime-node|@duckdb/|@temporalio/)',
      message: 'operations/ reach servers through operations/ports: vendors stay in infra/adapters.',
    },
  ]),
  arrow('api', [
    {
      regex: '^(pg$|kysely|minio|onnxruntime-node|@duckdb/|@temporalio/)',
      message: 'api/ runs operations: vendors stay in infra/adapters.',
    },
  ]),
  entry(['api/main.ts'], [noTemporal]),
  arrow('client', [
    {
      regex: '^(pg$|kysely|minio|fastify|onnxruntime-node|@duckdb/|@temporalio/)',
      message: 'client/ talks through operations: vendors stay in infra/adapters.',
    },
  ]),
  // The way to the servers themselves: loaded when no address of an API is given.
  entry(['client/servers/**/*.ts'], [noTemporal]),
  arrow('serving', [noTemporal]),
  arrow('infra', [noTemporal]),
  arrow('examples', [noTemporal]),
  entry(['schema/**/*.ts'], [noTemporal]),
  entry(
    ['infra/adapters/**/*.ts', 'infra/migrations/**/*.ts', 'infra/config.ts'],
    [...adapterImports, noTemporal],
  ),
  entry(['infra/adapters/temporal/**/*.ts'], adapterImports),
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
