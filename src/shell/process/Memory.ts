/**
 * What the shim's own command asks of Node's memory.
 */
import type { Readable } from "node:stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/**
 * Keeps the part of the memory for new objects as small as it is: 1 MB at the start. Node lets it grow to 32 MB as more passes
 * through, and more of it stays in use by what is no longer needed. A gateway keeps little, so a larger one saves it nothing.
 *
 * **Details**
 *
 * Only for a process that is a gateway and nothing else, and before its parts are loaded: that alone takes 8 MB. Of the options of
 * V8 this one counts also after the start: `--max-semi-space-size` is read once (V8 11.3, `src/heap/heap.cc`,
 * `Heap::ConfigureHeap`; `src/heap/new-spaces.cc`, `SemiSpaceNewSpace::Grow`).
 */
export const keepNewSmall = (): void => setFlagsFromString("--semi-space-growth-factor=1")

/**
 * Makes Node look for free memory whenever it uses a quarter more than after the last time. By itself it waits for up to four times
 * as much. Documents of the cache, which are read one after the other, would fill that.
 *
 * **Details**
 *
 * Only for a process that is the shim's own command and nothing else. V8 reads the option each time (V8 11.3,
 * `src/heap/memory-controller.cc`, `MemoryController::GrowingFactor`).
 */
export const keepOldSmall = (): void => setFlagsFromString("--heap-growing-percent=25")

/** In bytes, how much streams read until V8 looks which of their buffers are still needed. */
const readAtMost = 4 << 20
let read = 0
let collect: (() => void) | undefined

/**
 * Keeps the memory of what a stream reads small; call it before something else reads the stream. Otherwise V8 lets new buffers grow
 * to 32 MB before it looks which of them are still needed.
 *
 * **Details**
 *
 * V8 has no option for those 32 MB (V8 11.3, `src/heap/heap.cc`, `Heap::AllocateExternalBackingStore`), but a function that
 * collects what is new. It takes 0.3 ms.
 */
export const keepReadSmall = (stream: Readable): void => {
  stream.on("data", (chunk: Buffer) => {
    read += chunk.length
    if (read < readAtMost) return
    read = 0
    collect ??= collector()
    collect()
  })
}

const collector = (): () => void => {
  setFlagsFromString("--expose-gc")
  const gc = runInNewContext("gc") as (options: { readonly type: "minor" }) => void
  setFlagsFromString("--no-expose-gc")
  return () => gc({ type: "minor" })
}
