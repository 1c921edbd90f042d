/**
 * Builds what is shipped: the library (`dist/core`, `dist/shell`, by tsc) and the program (`dist/docker-shim.cjs`, which loads its
 * parts from `dist/chunks`).
 */
import { build, transform } from "esbuild"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { commit, version } from "./identity.mjs"

const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

// the stand-alone executable is another script's
for (const made of ["docker-shim.cjs", "chunks", "core", "shell"]) {
  fs.rmSync(here(`dist/${made}`), { recursive: true, force: true })
}

/** Node obeys these variables; it starts without them, and src/shell/process/NodeVariables.ts puts them back for docker. */
const interpreter = ["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS"].map((name) => `-u ${name}`).join(" ")
  + " DOCKER_SHIM_NODE_OPTIONS=${NODE_OPTIONS} DOCKER_SHIM_NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS} node --"

/**
 * What every command loads beside the first part is one file: each further one costs Node time. esbuild puts modules into
 * one file if the same parts need them, so the parts that are loaded later are told that they need all of it; by then it is there.
 */
const oneFile = {
  name: "one-file",
  setup({ onLoad }) {
    const later = /\/src\/shell\/(?:cli\/Cli|compose\/SaidOnce|docker\/KnownMounts|fast-path\/ProjectCommands|process\/Memory|services\/AllServices)\.ts$/
    onLoad({ filter: later }, ({ path }) => ({
      loader: "ts",
      contents: `${fs.readFileSync(path, "utf8")}\nexport * as fastPath from ${JSON.stringify(here("src/shell/fast-path/FastPath.ts"))}\n`
    }))
  }
}

const runtime = { platform: "node", target: "node20" }
const common = {
  ...runtime,
  bundle: true,
  minifySyntax: true,
  legalComments: "none",
  write: false
}

const { metafile, outputFiles } = await build({
  ...common,
  entryPoints: { main: here("src/shell/main.ts") },
  outdir: here("dist/chunks"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  outExtension: { ".js": ".cjs" },
  splitting: true,
  format: "esm",
  metafile: true,
  plugins: [oneFile],
  // the forms of these that are made of modules: their other ones cannot be put into a bundle of them
  alias: {
    "jsonc-parser": here("node_modules/jsonc-parser/lib/esm/main.js"),
    yaml: here("node_modules/yaml/browser/index.js")
  },
  define: {
    DOCKER_SHIM_VERSION: JSON.stringify(version),
    DOCKER_SHIM_COMMIT: JSON.stringify(commit),
    DOCKER_SHIM_FORM: JSON.stringify("node")
  }
})
const [[main, { imports }]] = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint === "src/shell/main.ts")
const first = imports.filter(({ external, kind }) => !external && kind === "import-statement")
if (first.length !== 1) throw new Error(`every command loads ${first.length} parts beside the first, not 1: a part that is loaded later is missing above`)

/** The packages in a part, by the files that it is made of. */
const packages = (file) => {
  const names = Object.keys(metafile.outputs[path.relative(here(""), file)].inputs)
    .flatMap((input) => input.match(/(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? [])
  return [...new Set(names)].sort().join(", ")
}

// esbuild divides only modules into parts
fs.mkdirSync(here("dist/chunks"), { recursive: true })
for (const { path: file, text } of outputFiles) {
  const { code } = await transform(text, {
    ...runtime,
    format: "cjs",
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "url" },
    banner: `// contains: ${packages(file)}`
  })
  fs.writeFileSync(file, code)
}

const { outputFiles: [entry] } = await build({
  ...common,
  entryPoints: [here("src/shell/node.ts")],
  format: "cjs",
  define: { DOCKER_SHIM_MAIN_PART: JSON.stringify(path.relative("dist", main)) },
  banner: { js: `#!/usr/bin/env -S ${interpreter}` }
})
fs.writeFileSync(here("dist/docker-shim.cjs"), entry.contents, { mode: 0o755 })

execFileSync(here("node_modules/.bin/tsc"), ["-b", "--force", here("src/shell")], { stdio: "inherit" })

const CompiledParts = await import(here("dist/shell/process/CompiledParts.js"))
CompiledParts.make(here("dist/docker-shim.cjs"), false)
const left = CompiledParts.make(here("dist/docker-shim.cjs"), true)
if (left !== undefined) throw new Error(left)
