/**
 * Tells the shim below docker that a call was planned already: `docker compose up` goes through the shim, docker and the
 * shim again, as docker's plugin.
 */
import * as Digest from "../syntax/Digest.ts"

/** The variable that carries the mark. */
export const variable = "DOCKER_SHIM_PLANNED"

/**
 * The mark of a call of docker with these words, which docker hands to its plugin as they are.
 *
 * **Details**
 *
 * It fits this call only: what a program below calls has other words, and is planned.
 */
export const forWords = (args: ReadonlyArray<string>): string => Digest.sha256(JSON.stringify(args))
