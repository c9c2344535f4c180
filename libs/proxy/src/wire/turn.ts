/**
 * A turn is one call from the event loop into the data path: a read, mostly. What is written within it leaves when the outermost turn ends,
 * one system call a wire, and all of it sees one time.
 */

interface Flushable {
  flush(): void
}

let depth = 0
let time = 0
/** Those to be sent, up to `dirtyCount`. The places stay: an array that is emptied gives up its memory, and is made anew with the next turn. */
let dirty: (Flushable | undefined)[] = []
let dirtyCount = 0
const keptPlaces = 64

/** Begins a turn; turns nest. Every `enterTurn` is followed by a `leaveTurn`, whatever is thrown between. */
export function enterTurn(): void {
  if (depth++ === 0) time = performance.now()
}

/** Ends a turn; the outermost sends what was gathered. */
export function leaveTurn(): void {
  if (depth === 1 && dirtyCount > 0) {
    // A flush calls nobody back, so the list cannot grow meanwhile.
    for (let index = 0; index < dirtyCount; index++) {
      dirty[index]?.flush()
      dirty[index] = undefined
    }
    dirtyCount = 0
    if (dirty.length > keptPlaces) dirty = []
  }
  depth--
}

/** Runs what comes from elsewhere (a promise, a timer) in a turn of its own. */
export function inTurn<T>(work: () => T): T {
  enterTurn()
  try {
    return work()
  } finally {
    leaveTurn()
  }
}

/** Has the wire flushed when the turn ends; false when there is no turn: then it must flush by itself. */
export function flushLater(wire: Flushable): boolean {
  if (depth === 0) return false
  dirty[dirtyCount++] = wire
  return true
}

let late: Flushable[] = []

/** Has the wire flushed when everything that the event loop found ready has had its turn: for a wire that many others write to. */
export function flushAfterAll(wire: Flushable): void {
  if (late.length === 0) setImmediate(flushLate)
  late.push(wire)
}

function flushLate(): void {
  const wires = late
  late = []
  for (const wire of wires) wire.flush()
}

/** Milliseconds of `performance.now` at the begin of the turn, or now outside of one. */
export function turnTime(): number {
  return depth > 0 ? time : performance.now()
}
