/**
 * Writes the manual page to dist/docker-shim.1: `npx vite-node scripts/release/man.ts`.
 */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as Cli from "../../src/shell/cli/Cli.ts"
import * as ManPage from "../../src/shell/cli/ManPage.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))
const { version } = JSON.parse(fs.readFileSync(`${repository}/package.json`, "utf8")) as { readonly version: string }
fs.mkdirSync(`${repository}/dist`, { recursive: true })
fs.writeFileSync(`${repository}/dist/docker-shim.1`, ManPage.print(Cli.root, version))
