/**
 * A peer that vanished without a word (a machine that lost its power) is noticed by the kernel's probes, which begin after this many milliseconds of
 * silence (Go's default, both for accepted and for dialled connections): else a tunnel, or a wait for an answer, would last for ever.
 */
export const keepAlive = { keepAlive: true, keepAliveInitialDelay: 15_000 } as const
