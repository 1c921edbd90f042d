/** Do files of this session get the same modes as those of other sessions? */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { attempt } from "../files/Attempt.ts"
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
    if (mask === undefined) return [Finding.unchecked("umask", "/proc/self/status does not tell it")]
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
const umask = (): number | undefined => {
  const status = attempt(() => fs.readFileSync("/proc/self/status", "utf8")) ?? ""
  const [, octal] = /^Umask:\s*([0-7]+)$/m.exec(status) ?? []
  return octal === undefined ? undefined : Number.parseInt(octal, 8)
}
