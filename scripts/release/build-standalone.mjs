/**
 * Builds the stand-alone executable, `dist/docker-shim`: QuickJS and the host in `src/native/host`, linked statically, with
 * a picture of their memory once they loaded the program's modules. Needs a C compiler, OpenSSL's library (for SHA-256), and
 * the sources of QuickJS (`get-quickjs.sh`).
 *
 *   node scripts/release/build-standalone.mjs [x64|arm64]     another architecture goes to dist/docker-shim-linux-ARCHITECTURE
 *   node scripts/release/build-standalone.mjs --sanitize      with AddressSanitizer and UBSan: dist/docker-shim-sanitized; whatever
 *                                                             they find is in .cache/sanitized/report.PID
 *   node scripts/release/build-standalone.mjs --check         only sees whether all that the program imports has a stand-in
 */
import { build } from "esbuild"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { commit, version } from "./identity.mjs"
import * as Layout from "./layout.mjs"
import { licenses } from "./licenses.mjs"
import { toolsFor } from "./tools.mjs"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const run = (file, ...words) => execFileSync(file, words, { stdio: ["ignore", "inherit", "inherit"] })

const isCheck = process.argv[2] === "--check"
const sanitizes = process.argv[2] === "--sanitize"
const architecture = isCheck || sanitizes ? os.arch() : process.argv[2] ?? os.arch()
const native = architecture === os.arch()
/** The compiler, and what runs a program that it makes: of this machine, or for arm64 fetched from Debian. */
const tools = isCheck ? {} : toolsFor(architecture)
const { compiler } = tools
const output = here(`dist/docker-shim${sanitizes ? "-sanitized" : native ? "" : `-linux-${architecture}`}`)

const work = here(sanitizes ? ".cache/sanitized" : `.cache/standalone-${architecture}`)
fs.rmSync(work, { recursive: true, force: true })
fs.mkdirSync(work, { recursive: true })
fs.mkdirSync(here("dist"), { recursive: true })

const quickjs = isCheck ? "" : execFileSync(here("scripts/release/get-quickjs.sh"), { encoding: "utf8" }).trim()

const sanitizers = sanitizes ? ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wno-unused-function"] : []

/**
 * QuickJS asks for 4 KiB at a time and divides that among small blocks of one size. While the picture is taken it is to ask for
 * each block, so that the layout can part what every command uses from what lies beside it by chance. It can do so, but lets
 * only the preprocessor choose.
 */
const withBlocksApart = (source, unit) => {
  const [never, chosen] = ["#define JS_ARENA_LARGE_BLOCKS_ONLY 0", "extern bool host_is_loading;\n#define JS_ARENA_LARGE_BLOCKS_ONLY host_is_loading"]
  if (unit === "quickjs" && !source.includes(never)) throw new Error(`quickjs.c has no "${never}" any more`)
  return source.replace(never, chosen)
}

/** QuickJS itself is compiled once for each compiler. */
const engine = (cc) => {
  const machine = execFileSync(cc, ["-dumpmachine"], { encoding: "utf8" }).trim()
  const version = execFileSync(cc, ["-dumpfullversion"], { encoding: "utf8" }).trim()
  const directory = path.join(quickjs, `${machine}-${version}${sanitizes ? "-sanitized" : "-blocks-apart"}`)
  const library = path.join(directory, "libquickjs.a")
  if (!fs.existsSync(library)) {
    const making = fs.mkdtempSync(path.join(quickjs, "making-"))
    const flags = [`-I${quickjs}`, "-O2", "-D_GNU_SOURCE", "-DQUICKJS_NG_BUILD", "-funsigned-char", "-fno-strict-aliasing", "-w", `-ffile-prefix-map=${quickjs}=.`, ...sanitizers]
    for (const unit of ["quickjs", "libregexp", "libunicode", "dtoa"]) {
      const words = [...flags, "-ffunction-sections", "-fdata-sections", "-x", "c", "-c", "-", "-o", `${making}/${unit}.o`]
      const input = withBlocksApart(fs.readFileSync(`${quickjs}/${unit}.c`, "utf8"), unit)
      execFileSync(cc, words, { input, stdio: ["pipe", "inherit", "inherit"] })
    }
    run("ar", "rcs", `${making}/libquickjs.a`, ...fs.readdirSync(making).map((one) => path.join(making, one)))
    fs.rmSync(directory, { recursive: true, force: true })
    fs.renameSync(making, directory)
  }
  return library
}

/** Modules that exist because of Node, or are slow in an interpreter; test/native/StandIns.test.ts compares the types of each pair. */
const replaced = new Map([
  ["src/core/syntax/Digest.ts", "src/native/Digest.ts"],
  ["src/shell/gateway/Gateway.ts", "src/native/Gateway.ts"],
  ["src/shell/process/CompiledParts.ts", "src/native/CompiledParts.ts"],
  ["src/shell/process/InheritedDescriptors.ts", "src/native/InheritedDescriptors.ts"],
  ["src/shell/process/Memory.ts", "src/native/Memory.ts"],
  ["src/shell/process/NodeVariables.ts", "src/native/NodeVariables.ts"],
  ["src/shell/process/RawText.ts", "src/native/RawText.ts"]
].map((pair) => pair.map(here)))

/** Node's modules are replaced by those of `src/native/node`; what these lack is an error here, not at run time. */
const standIns = {
  name: "stand-ins",
  setup({ onLoad, onResolve }) {
    // it reads NODE_DEBUG when it is loaded, which is when the executable is built
    onLoad({ filter: /\/semver\/internal\/debug\.js$/ }, () => ({ contents: "module.exports = () => {}" }))
    onResolve({ filter: /^node:/ }, ({ path: name, importer }) => {
      const file = here(`src/native/node/${name.slice("node:".length).replace("/", "-")}.ts`)
      return fs.existsSync(file)
        ? { path: file }
        : { errors: [{ text: `${name} has no stand-in in src/native/node (needed by ${path.relative(here(""), importer)})` }] }
    })
    onResolve({ filter: /^@effect\/platform-node\// }, ({ path: name }) => ({
      path: here(`src/native/platform/${path.basename(name)}.ts`)
    }))
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path: name, resolveDir }) => {
      const standIn = replaced.get(path.resolve(resolveDir, name))
      return standIn === undefined ? undefined : { path: standIn }
    })
    onResolve({ filter: /^docker-shim:host$/ }, ({ path: name }) => ({ path: name, external: true }))
  }
}

const bundle = await build({
  entryPoints: { globals: here("src/native/globals.ts"), main: here("src/shell/main.ts") },
  outdir: work,
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["import"],
  target: "es2023",
  minify: true,
  keepNames: false,
  legalComments: "none",
  plugins: [standIns],
  logOverride: { "import-is-undefined": "error" },
  define: {
    DOCKER_SHIM_VERSION: JSON.stringify(version),
    DOCKER_SHIM_COMMIT: JSON.stringify(commit),
    DOCKER_SHIM_FORM: JSON.stringify("stand-alone"),
    DOCKER_SHIM_ARCHITECTURE: JSON.stringify(architecture),
    "import.meta.url": "process.moduleUrl"
  },
  metafile: true
})
fs.writeFileSync(`${work}/meta.json`, JSON.stringify(bundle.metafile))
if (isCheck) process.exit(0)

/**
 * In the order in which a snapshot loads them: what every command needs comes first and lies together, what the fewest
 * need comes last.
 */
const scripts = (() => {
  const outputs = Object.entries(bundle.metafile.outputs).filter(([file]) => file.endsWith(".js"))
  const name = (file) => path.basename(file)
  const needs = new Map(outputs.map(([file, { imports }]) =>
    [name(file), imports.filter(({ external, kind }) => !external && kind === "import-statement").map((one) => name(one.path))]
  ))
  const ordered = new Set()
  const add = (one) => {
    for (const needed of needs.get(one)) if (!ordered.has(needed)) add(needed)
    ordered.add(one)
  }
  const later = ["ProjectCommands", "AllServices", "Cli"].map((chunk) => [...needs.keys()].find((one) => one.startsWith(`${chunk}-`)))
  if (later.includes(undefined)) throw new Error("a chunk has another name now")
  for (const one of ["globals.js", "main.js", ...later, ...needs.keys()]) if (!ordered.has(one)) add(one)
  return [...ordered]
})()
const host = (unit) => here(`src/native/host/${unit}.c`)

/** Where the picture's segment lies: PICTURE of src/native/host/memory.h. */
const pictureAddress = 0x10000000n
fs.writeFileSync(
  `${work}/picture.ld`,
  `SECTIONS { .picture 0x${pictureAddress.toString(16)} : { KEEP(*(.picture)) } } INSERT AFTER .bss;\n`
)

/** Links an executable; `room` is what the assembler is to put in the picture's place, `memory` what stands for memory.c. */
const link = (file, room, kind, memory, ...flags) => {
  fs.writeFileSync(`${work}/room.S`, `.section .picture,"aw",${kind}\n${room}\n.section .note.GNU-stack,"",%progbits\n`)
  run(
    compiler,
    ...["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"],
    `-I${quickjs}`,
    ...["main", "calls", "programs", "text"].map(host),
    ...memory,
    `${work}/room.S`,
    engine(compiler),
    ...(sanitizes ? [...sanitizers, `-DREPORTS="${work}/report"`, here("test/native/sanitizers.c")] : ["-static"]),
    ...["-no-pie", "-Wl,--gc-sections", "-Wl,--build-id=none", "-Wl,--wrap=gettimeofday,--wrap=clock_gettime", `-Wl,-T,${work}/picture.ld`],
    ...(process.env["KEEP_SYMBOLS"] === undefined && !sanitizes ? ["-s"] : []),
    ...flags,
    ...["-l:libcrypto.a", "-lm", "-lpthread", "-o", file]
  )
}

/** Has an executable without a picture load the modules; one for another processor is emulated. */
const load = (executable, result, command = []) => {
  const [file, ...words] = [...tools.emulator, executable, result, `${work}/layout`, ...scripts.map((name) => `${work}/${name}`), ...command]
  execFileSync(file, words, { stdio: "pipe", cwd: "/", env: trialEnvironment })
}

/** The commands of a trial run no docker, and find the same everywhere. */
const trialEnvironment = {
  PATH: "/usr/bin:/bin",
  HOME: "/",
  WORKSPACE_DIR: "/data/workspaces/one",
  DOCKER_SHIM_USER_PATH: "/usr",
  HELIX_TASK_NUMBER: "1",
  DOCKER_SHIM_CACHE_DIR: "/nonexistent",
  DOCKER_SHIM_REAL_DOCKER: "/bin/true",
  DOCKER_SHIM_REAL_COMPOSE: "/bin/true"
}

/** How large the picture will be, and where its blocks go; AddressSanitizer would take what a trial does for a mistake. */
const layOut = () => {
  if (sanitizes) return Layout.plain()
  const trial = `${work}/trial`
  link(trial, ".zero 1 << 30", "%nobits", [here("scripts/release/trial.c"), `-I${here("src/native/host")}`], "-Wl,--wrap=syscall")
  fs.writeFileSync(`${work}/layout`, "")
  return Layout.byTrials((notes, command) => load(trial, notes, ["--", "docker", ...command]), `${work}/notes`)
}

/** Writes the picture into its place, which the program headers of the ELF file (elf(5)) tell. */
const insertPicture = (picture) => {
  const file = fs.readFileSync(`${output}.new`)
  const headers = Number(file.readBigUInt64LE(32))
  const size = file.readUInt16LE(54)
  const segment = Array.from({ length: file.readUInt16LE(56) }, (_, at) => headers + at * size)
    .find((at) => file.readBigUInt64LE(at + 16) === pictureAddress)
  picture.copy(file, Number(file.readBigUInt64LE(segment + 8)))
  fs.writeFileSync(`${output}.new`, file)
}

const layout = layOut()
fs.writeFileSync(`${work}/layout`, layout.file)
link(`${output}.new`, `.quad ${layout.capacity}\n.zero ${layout.capacity - 8}`, "%progbits", [host("memory")])
load(`${output}.new`, `${work}/picture`)
insertPicture(fs.readFileSync(`${work}/picture`))
fs.renameSync(`${output}.new`, output)
fs.writeFileSync(here("dist/docker-shim.licenses.txt"), licenses(quickjs, bundle.metafile))
console.log(`${path.relative(here(""), output)}: ${(fs.statSync(output).size / 1e6).toFixed(1)} MB`)
