/** The program: the only module in which process, plan and services meet. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as WorkingDirectory from "./docker/WorkingDirectory.ts"
import * as FastPath from "./fast-path/FastPath.ts"
import { attempt } from "./files/Attempt.ts"
import * as MachineFile from "./MachineFile.ts"
import * as NodeVariables from "./process/NodeVariables.ts"
import * as RawText from "./process/RawText.ts"

NodeVariables.restore(process.env)

process.on("uncaughtException", (cause) => {
  FastPath.fail({ _tag: "Defect", cause })
  process.exit()
})

const file = fileURLToPath(import.meta.url)
// a kernel that refuses to read links is no reason not to run docker
const shim = attempt(() => fs.realpathSync(file)) ?? file
const given = RawText.given(process.argv.slice(2), process.env)
const invocation = {
  argv0: process.argv[1] ?? shim,
  argv: given.argv,
  env: given.env,
  machine: MachineFile.read(),
  cwd: WorkingDirectory.logical(given.env["PWD"])
}

if (FastPath.isOwnCommand(invocation.argv0)) {
  void import("./process/Memory.ts").then((memory) => {
    // before the gateway's parts are loaded, which take some as well
    if (given.argv[0] === "gateway") memory.keepNewSmall()
    return import("./cli/Cli.ts")
  }).then((cli) => cli.main(invocation, shim))
} else {
  FastPath.main(
    invocation,
    shim,
    (...handed) => void import("./services/AllServices.ts").then((services) => services.main(...handed))
  )
}
