/** Milliseconds since the epoch, with fractions: one clock for all processes of a machine. */
export const epochMs = (): number => performance.timeOrigin + performance.now()
