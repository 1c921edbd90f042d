/**
 * What the shim's own command asks of Node's memory.
 */
import { setFlagsFromString } from "node:v8"

/**
 * Has Node look for memory that is free again when it uses a quarter more than after the last time. By itself it waits until
 * that is up to four times as much, and documents of the cache, of which each is read and done with, would fill it.
 *
 * **Details**
 *
 * Only for a process that is the shim's own command and nothing else. V8 reads the option each time (V8 11.3,
 * `src/heap/memory-controller.cc`, `MemoryController::GrowingFactor`).
 */
export const keepSmall = (): void => setFlagsFromString("--heap-growing-percent=25")
