/**
 * Do files of this session get the modes that those of other sessions have?
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** What most systems, and sessions, have. */
const usual = 0o022

/**
 * The umask. `COPY` counts a file's mode into its checksum, so that the same sources checked out under another umask are
 * no cache hit.
 */
export const check: Check = () =>
  Effect.sync(() => {
    const mask = umask()
    const octal = (mode: number): string => mode.toString(8).padStart(4, "0")
    return [
      mask === usual
        ? Finding.ok("umask", octal(mask))
        : Finding.warn(
          "umask",
          `${
            octal(mask)
          }: new files get other modes here than in other sessions, so COPY does not find their cached steps`,
          `umask ${octal(usual)}`
        )
    ]
  })

/** Read where the system tells it: `process.umask()` would write it to read it. */
const umask = (): number =>
  Number.parseInt(/^Umask:\s*(\d+)$/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0022", 8)
