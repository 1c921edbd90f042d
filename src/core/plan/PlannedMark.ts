/**
 * Tells the shim below docker that a call was planned already: `docker compose up` goes through the shim, docker and the
 * shim again, as docker's plugin.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** The variable that carries the mark. */
export const variable = "DOCKER_SHIM_PLANNED"

/**
 * The mark of a call of docker with these words, which docker hands to its plugin as they are.
 *
 * **Details**
 *
 * It fits this call only: what a program below calls has other words, and is planned.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (args: ReadonlyArray<string>): string => bytesToHex(sha256(utf8ToBytes(JSON.stringify(args))))
