/** What a head may take: Go's DefaultMaxHeaderBytes, and its answer to more. */
export const doorLimits = { headBytes: 1024 * 1024, headerCount: 1_000, oversized: 431 } as const
