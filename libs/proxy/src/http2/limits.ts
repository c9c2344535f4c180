/** What one peer may cost, with the reason for each figure. Bytes and milliseconds. */

// ---- headers

/** Decoded header lists over the announced size are answered with 431; over this many times the size somebody is building a bomb. */
export const headerBombFactor = 4
/** CONTINUATION frames of one block: a block of the largest accepted size needs far fewer, even from peers that split at 1 KiB. */
export const mostContinuations = 256
/** SETTINGS_HEADER_TABLE_SIZE: the default of RFC 7541, in both directions; a larger one only costs memory, a connection each. */
export const headerTableSize = 4096

// ---- windows

/** What a stream may send before somebody reads it: the protocol's default, so that held requests stay cheap. */
export const firstServerWindow = 65_535
/** The same of a response, which always has a reader: a 64 KiB answer needs no update. */
export const firstClientWindow = 256 * 1024
/** What a stream's window grows to while its reader keeps up. */
export const largestStreamWindow = 1024 * 1024
/** The window of a connection that was accepted. */
export const serverConnectionWindow = 1024 * 1024
/** The window of a connection to an upstream: many clients share it. */
export const clientConnectionWindow = 8 * 1024 * 1024
/**
 * What streams without a willing reader may hold in all before the connection's window is not opened any further. Below it, one slow reader
 * does not stop the other streams of the connection.
 */
export const mostHeldBytes = 16 * 1024 * 1024
/** What may wait for the peer's windows in all, beyond what the streams' sources hold back: then the peer collects and does not read. */
export const mostQueuedBytes = 32 * 1024 * 1024
/** Data that no window was opened for in this time: the peer keeps streams only to have them held. */
export const stalledMs = 300_000

// ---- floods: each is a bucket that empties with each such frame, and fills with time and with honest work

/** Requests that a client gave up. 500 at once are a client that restarts; as many in a row without an answer read are rapid reset (CVE-2023-44487). */
export const resetBucket = { size: 500, perSecond: 50, perWork: 1 } as const
/** PING, SETTINGS, PRIORITY and unknown frames. gRPC clients measure their bandwidth with a PING for each burst of data. */
export const controlBucket = { size: 1000, perSecond: 100, perWork: 1 } as const
/** DATA, HEADERS and CONTINUATION frames without a byte that end nothing. */
export const emptyBucket = { size: 100, perSecond: 10, perWork: 0 } as const
/** WINDOW_UPDATE: a peer sends one or two for each frame of data that it gets. */
export const windowBucket = { size: 5000, perSecond: 500, perWork: 10 } as const
/**
 * What no window bounds (heads, acknowledgements, resets) and waits for a peer that does not read. From here on a client's frames are not read either,
 * and an upstream gets no new streams.
 */
export const manyUnreadBytes = 64 * 1024
/** From here on such a connection is broken. */
export const mostUnreadBytes = 4 * 1024 * 1024

// ---- streams

/** Ids of streams that were reset here and may still get frames that were under way (RFC 9113 5.1). */
export const rememberedResets = 1024
/** Ids of streams that came to their end: a frame for one of them is told from one for a stream that never was. */
export const rememberedClosed = 128
/** Streams on a connection to an upstream until its settings are known (what Go takes). */
export const assumedStreams = 100
/** Streams that one connection to an upstream carries at most, whatever it allows. */
export const mostStreamsUpstream = 1000
/** Interim responses to one request; more are a flood. */
export const mostInterims = 32
/** A connection to an upstream without streams for this long is closed. */
export const idleUpstreamMs = 90_000
/** How long a connection that was told to go is still read, so that the peer can read why. */
export const lingerMs = 1000
