/** One jest for the workspace: native ESM, TypeScript and decorators by swc, no type checks (tsc does those). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools', '<rootDir>/e2e'],
  testMatch: ['**/*.spec.ts'],
  // Those of a real cluster need one; the long ones of conformance belong to `npm run conformance`.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    ...(process.env.E2E_RIG === undefined ? ['/e2e/cluster/'] : []),
    ...(process.env.CONFORMANCE === undefined ? ['/e2e/conformance/long/'] : [])
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transformIgnorePatterns: ['/node_modules/', '\\.mjs$', '\\.json$'],
  testTimeout: 120_000,
  // Two workers even on two cores: one process for everything would keep every suite's memory to the end.
  maxWorkers: 2,
  workerIdleMemoryLimit: '768MB',
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
          keepClassNames: true
        },
        module: { type: 'es6' },
        sourceMaps: 'inline'
      }
    ]
  }
}
