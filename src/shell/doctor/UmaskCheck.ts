/** Do files of this session get the same modes as those of other sessions? */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** The umask of most systems, and sessions. */
const usual = 0o022

/**
 * Checks the umask. `COPY` includes a file's mode in its checksum, so the same sources checked out under another umask are no
 * cache hit.
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

/** Read from `/proc`, because `process.umask()` would set it to read it. */
const umask = (): number =>
  Number.parseInt(/^Umask:\s*(\d+)$/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0022", 8)
