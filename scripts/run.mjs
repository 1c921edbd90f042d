// Runs a TypeScript script of this repository: node scripts/run.mjs scripts/grammar/make.ts [words...]
import { build } from "esbuild"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const [script, ...words] = process.argv.slice(2)
const directory = await mkdtemp(join(tmpdir(), "docker-shim-script-"))
const outfile = join(directory, "script.mjs")
try {
  await build({ entryPoints: [script], outfile, bundle: true, platform: "node", format: "esm", target: "node20" })
  process.argv = [process.argv[0], script, ...words]
  await import(pathToFileURL(outfile).href)
} finally {
  await rm(directory, { recursive: true, force: true })
}
