import { assert, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll } from "vitest"
import * as DockerContexts from "../../../src/shell/docker/DockerContexts.ts"

const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-contexts-"))
afterAll(() => fs.rmSync(directory, { recursive: true }))

const write = (name: string, text: string) => {
  const meta = path.join(directory, "contexts/meta", createHash("sha256").update(name).digest("hex"))
  fs.mkdirSync(meta, { recursive: true })
  fs.writeFileSync(path.join(meta, "meta.json"), text)
}

describe("DockerContexts", () => {
  it("reads the endpoint where docker keeps it, and nothing of what is no context", () => {
    write("größe", JSON.stringify({ Name: "größe", Endpoints: { docker: { Host: "ssh://other" } } }))
    write("broken", "{")
    write("empty", "{\"Endpoints\":{}}")
    const hosts = ["größe", "broken", "empty", "absent"].map((name) => DockerContexts.host(directory, name))
    assert.deepStrictEqual(hosts, ["ssh://other", undefined, undefined, undefined])
  })
})
