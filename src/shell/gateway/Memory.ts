/**
 * What the process of a gateway asks of Node's memory.
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
export const keepSmall = (): void => setFlagsFromString("--semi-space-growth-factor=1")
