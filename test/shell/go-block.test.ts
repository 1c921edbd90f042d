/**
 * The Go of the pages is vetted against Docker's own types, compiled and run: with the built program on `PATH` it gives the
 * mounts that the program prints.
 */
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, it } from "vitest"
import { repository, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker-shim")
afterAll(shim.remove)
let go = ""
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(path.join(repository, "scripts/engines/get-go.sh"))
  go = path.join(stdout.trim(), "go")
}, 600_000)

const page = fs.readFileSync(path.join(repository, "docs/operate/hydra.md"), "utf8")
const blocks = [...page.matchAll(/^```go\n([^]*?)^```$/gm)].map(([, block = ""]) => block)

it("hydra.md's Go gives the mounts as Docker's own type", async () => {
  const [block = ""] = blocks
  assert.lengthOf(blocks, 1)
  const directory = path.join(shim.directory, "program")
  fs.mkdirSync(directory)
  fs.writeFileSync(path.join(directory, "mounts.go"), `package main\n\n${block}`)
  fs.writeFileSync(
    path.join(directory, "main.go"),
    `package main

import (
	"encoding/json"
	"os"
)

func main() {
	mounts, err := cacheMounts(os.Args[1])
	if err != nil {
		panic(err)
	}
	json.NewEncoder(os.Stdout).Encode(mounts)
}
`
  )
  const env = { PATH: `${shim.directory}:/usr/local/bin:/usr/bin:/bin`, HOME: shim.directory }
  const vetted = await run(go, ["vet", "."], { cwd: directory, env })
  assert.deepStrictEqual([vetted.code, vetted.stderr], [0, ""])
  const ran = await run(go, ["run", ".", "/data"], { cwd: directory, env })
  assert.deepStrictEqual(
    [ran.stderr, JSON.parse(ran.stdout === "" ? "null" : ran.stdout)],
    ["", [{ Type: "bind", Source: "/data/buildkit-cache", Target: "/buildkit-cache" }]]
  )
}, 600_000)
