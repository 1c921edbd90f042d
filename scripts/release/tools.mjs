/**
 * What an executable is compiled with. An executable for another processor also has to run once while it is built.
 */
import { execFileSync, spawnSync } from "node:child_process"
import * as os from "node:os"
import { fileURLToPath } from "node:url"

const getCross = fileURLToPath(new URL("../engines/get-cross.sh", import.meta.url))

/** Debian's names, and what to install there. */
const debian = {
  arm64: {
    compiler: "aarch64-linux-gnu-gcc",
    emulator: "qemu-aarch64-static",
    packages: "gcc-aarch64-linux-gnu libssl-dev:arm64 qemu-user-static"
  },
  x64: {
    compiler: "x86_64-linux-gnu-gcc",
    emulator: "qemu-x86_64-static",
    packages: "gcc-x86-64-linux-gnu libssl-dev:amd64 qemu-user-static"
  }
}

/** Whether a compiler is there, and a program can be compiled that uses the C library and OpenSSL's. */
const canCompile = (compiler) =>
  spawnSync(compiler, ["-fsyntax-only", "-x", "c", "-"], { input: "#include <stdio.h>\n#include <openssl/sha.h>\n" }).status === 0

const canRun = (emulator) => spawnSync(emulator, ["--version"]).status === 0

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

/** gcc of this machine, or what `CC` names. */
const native = () => {
  const compiler = process.env["CC"] ?? "gcc"
  return canCompile(compiler) ? { compiler, emulator: [] } : fail(
    `The executable is compiled, and ${compiler}, the C library or OpenSSL is missing. On Debian: apt-get install gcc libc6-dev binutils libssl-dev`
  )
}

/** What `CC` and `QEMU` name, else Debian's programs if they are installed, else, for arm64 on a Debian, fetched ones. */
const foreign = (architecture) => {
  const names = debian[architecture] ?? fail(`There is no executable for ${architecture}: only for ${Object.keys(debian).join(", ")}`)
  const compiler = process.env["CC"] ?? names.compiler
  const emulator = process.env["QEMU"] ?? names.emulator
  if (canCompile(compiler) && canRun(emulator)) return { compiler, emulator: [emulator] }
  const isFetchable = architecture === "arm64" && os.arch() === "x64" && process.env["CC"] === undefined
    && spawnSync("apt-get", ["--version"]).status === 0
  if (isFetchable) {
    const fetched = spawnSync(getCross, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
    const directory = fetched.stdout?.trim() ?? ""
    if (fetched.status === 0 && canCompile(`${directory}/cc`)) return { compiler: `${directory}/cc`, emulator: [`${directory}/qemu`] }
  }
  return fail(
    `The executable for ${architecture} needs ${compiler}, OpenSSL for ${architecture} and ${emulator}. On Debian: `
      + `dpkg --add-architecture ${architecture === "x64" ? "amd64" : architecture} && apt-get update && apt-get install ${names.packages}`
  )
}

/**
 * The compiler for an architecture, and the words in front of a program of it to run it here. Ends the process with a line
 * that says what to install, where something is missing.
 */
export const toolsFor = (architecture) => architecture === os.arch() ? native() : foreign(architecture)

/** Ends the process with a line that says what to install, if there is no such program. */
export const requireProgram = (name, debianPackage) => {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" })
  } catch {
    fail(`A release needs ${name}. On Debian: apt-get install ${debianPackage}`)
  }
}
