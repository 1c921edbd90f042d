/**
 * The pages of the documentation, and what they show of a command.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert } from "vitest"
import { repository } from "./program.ts"

/** A page's text, such as that of `docs/start/install.md`. */
export const text = (file: string): string => fs.readFileSync(path.join(repository, file), "utf8")

/** What stands below a command in a page's console block, up to the next command or the end, without the block's indentation. */
export const shown = (page: string, command: string): string => {
  const block = new RegExp(`^( *)\\$ ${command.replaceAll(/[.|]/g, "\\$&")}\\n([^]*?)^ *(?:\\$ |\`\`\`)`, "m").exec(
    page
  )
  assert.isNotNull(block, command)
  const [, indentation = "", below = ""] = block
  return below.replaceAll(new RegExp(`^${indentation}`, "gm"), "")
}
