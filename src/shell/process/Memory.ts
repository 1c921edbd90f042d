/**
 * What the shim's own command asks of Node's memory.
 */
import { setFlagsFromString } from "node:v8"

/**
 * Keeps the part of the memory for new objects as small as it is at first: 1 MB. Node lets it grow to 32 MB as more passes through, and
 * more of it stays in use by what is no longer needed. A gateway keeps little, so a larger one saves it nothing.
 *
 * **Details**
 *
 * Only for a process that is a gateway and nothing else. Of the options of V8 this one counts also after the start:
 * `--max-semi-space-size` is read once (V8 11.3, `src/heap/heap.cc`, `Heap::ConfigureHeap`; `src/heap/new-spaces.cc`,
 * `SemiSpaceNewSpace::Grow`).
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
