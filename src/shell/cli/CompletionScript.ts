/**
 * Puts right what `@effect/cli` 0.77 gets wrong in completion scripts of a program with a hyphen in its name, which its
 * generators write as `docker-shim` in some places and as `docker__shim` in others. test/e2e/completion.test.ts asks the
 * shells.
 */

/** The options of every command of `@effect/cli`, which our help does not show. */
const builtIns = "completions|log-level|wizard"

/**
 * The script for bash: the name in one spelling, and commands of commands found below their own parent.
 *
 * @category printing
 * @since 0.1.0
 */
export const bash = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => {
    if (/^\s*opts="/.test(line)) return line.replaceAll(new RegExp(` --(?:${builtIns})(?=[ "])`, "g"), "")
    return line
      .replace("cmd=\"docker-shim\"", "cmd=\"docker__shim\"")
      .replace(/^(\s+)docker-shim\)$/, "$1docker__shim)")
      .replace(/^(\s+)docker__shim,(\w+),(\w+)\)$/, "$1docker__shim__$2,$3)")
  })

/**
 * The script for zsh: the name in one spelling; and a file of it on `fpath`, which zsh runs for the first completion,
 * completes then, rather than from the second on.
 *
 * @category printing
 * @since 0.1.0
 */
export const zsh = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.filter((line) => !new RegExp(`^\\s*'--(?:${builtIns})\\[`).test(line)).map((line) =>
    line.replaceAll("_docker__shim__", "_docker-shim__")
      .replace("\"$funcstack[1]\" = \"_docker-shim_zsh_completions\"", "\"$funcstack[1]\" = \"_docker-shim\"")
  )

/**
 * The script for fish.
 *
 * @category printing
 * @since 0.1.0
 */
export const fish = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.filter((line) => !new RegExp(` -l (?:${builtIns}) `).test(line))
