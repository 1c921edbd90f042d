/**
 * Compiles the examples of all modules, and prints what is wrong, a line each. A process of its own: the compiler does not
 * breathe, and Vitest gives up a worker that is silent for a minute, which that can take on a busy machine.
 */
import * as path from "node:path"
import * as Example from "./Example.ts"

const repository = path.join(import.meta.dirname, "../..")
for (const wrong of Example.compile(repository, Example.all(repository))) console.log(wrong)
