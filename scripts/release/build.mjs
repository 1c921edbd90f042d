/**
 * Builds what is shipped: the library (`dist/core`, `dist/shell`, by tsc) and the program (`dist/docker-shim.js`, with the
 * parts that only some commands need in chunks beside it).
 */
import { build } from "esbuild"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { commit, version } from "./identity.mjs"

const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

// the stand-alone executable is another script's
for (const made of ["docker-shim.js", "chunks", "core", "shell"]) {
  fs.rmSync(here(`dist/${made}`), { recursive: true, force: true })
}

/** Node obeys these variables; it starts without them, and src/shell/process/NodeVariables.ts puts them back for docker. */
const interpreter = ["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS"].map((name) => `-u ${name}`).join(" ")
  + " DOCKER_SHIM_NODE_OPTIONS=${NODE_OPTIONS} DOCKER_SHIM_NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS} node --"

/**
 * What every command loads is one file: each further one costs Node half a millisecond or more. esbuild puts modules into one file that the same
 * parts need, so those that are loaded later are told that they need all of it; by then it is there.
 */
const oneFile = {
  name: "one-file",
  setup({ onLoad }) {
    const later = /\/src\/shell\/(?:cli\/Cli|compose\/(?:ProjectAnswers|SaidOnce)|docker\/KnownMounts|services\/AllServices)\.ts$/
    onLoad({ filter: later }, ({ path }) => ({
      loader: "ts",
      contents: `${fs.readFileSync(path, "utf8")}\nexport * as fastPath from ${JSON.stringify(here("src/shell/fast-path/FastPath.ts"))}\n`
    }))
  }
}

await build({
  entryPoints: { "docker-shim": here("src/shell/main.ts") },
  outdir: here("dist"),
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  legalComments: "none",
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
  },
  banner: { js: `#!/usr/bin/env -S ${interpreter}` }
})
const loaded = fs.readFileSync(here("dist/docker-shim.js"), "utf8").match(/ from "\.\/chunks\//g) ?? []
if (loaded.length !== 1) throw new Error(`every command loads ${loaded.length} files beside its own, not 1: a part that is loaded later is missing above`)
for (const chunk of fs.readdirSync(here("dist/chunks"))) {
  const file = here(`dist/chunks/${chunk}`)
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/^#!.*\n/, ""))
}
fs.chmodSync(here("dist/docker-shim.js"), 0o755)

execFileSync(here("node_modules/.bin/tsc"), ["-b", "--force", here("src/shell")], { stdio: "inherit" })
