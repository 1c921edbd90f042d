/**
 * What the entries of package.json that take a name have in common.
 */
import { spawnSync } from "node:child_process"

/** Runs a command line, with npm's programs on `PATH`; where it fails, this process ends as it did. Variables of the user's win. */
export const run = (command, env = {}, words = []) => {
  // words are the shell's own arguments: nothing has to be quoted
  const { error, signal, status } = spawnSync("bash", ["-c", `${command} "$@"`, "bash", ...words], {
    stdio: "inherit",
    env: { ...env, ...process.env }
  })
  if (error !== undefined) throw error
  if (signal !== null) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}

/** Says which names there are, where a name is none of them, and ends. */
export const refuse = (entry, name, known) => {
  const names = Object.entries(known).map(([one, { what }]) => `  ${one.padEnd(14)}${what}`).join("\n")
  console.error(`${name === undefined ? "" : `there is no ${name}\n\n`}npm run ${entry} NAME:\n${names}`)
  process.exit(name === undefined ? 0 : 1)
}
