/** Types of freshness.mjs, for the tools that are TypeScript. */
export declare const root: string
export declare function deployables(): string[]
export declare function isFresh(): boolean
export declare function ensureBuilt(say?: (line: string) => void): Promise<void>
