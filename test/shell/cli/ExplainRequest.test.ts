/**
 * `docker-shim explain --api` through the built program: it says what the gateway does with the same body.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { built, run, shimDirectory, starting } from "../program.ts"

const { directory, remove } = shimDirectory()
afterAll(remove)
const [program, ...first] = starting(built)
const env = { PATH: "/usr/bin:/bin", WORKSPACE_DIR: "/data/ses1", DOCKER_SHIM_USER_PATH: "/home/retro/work" }
/** With standard input from a file. */
const explain = async (
  words: ReadonlyArray<string>,
  input = "",
  more: Readonly<Record<string, string>> = {}
) => {
  fs.writeFileSync(path.join(directory, "input"), input)
  const descriptor = fs.openSync(path.join(directory, "input"), "r")
  try {
    return await run(program, [...first, "explain", ...words], {
      env: { ...env, ...more },
      cwd: directory,
      stdio: [descriptor, "pipe", "pipe"]
    })
  } finally {
    fs.closeSync(descriptor)
  }
}

const body = `{"HostConfig":{"Binds":["/home/retro/work/a:/a","/etc:/b"],"Memory":12345678901234567890}}`

describe("explain --api", () => {
  it("says what changes, what stays and why, and sends nothing", async () => {
    const { code, stderr, stdout } = await explain(["--api", "--", "POST", "/v1.47/containers/create"], body)
    assert.deepStrictEqual([code, stderr, stdout.split("\n")], [0, "", [
      "request POST /v1.47/containers/create",
      "",
      "changes",
      "  HostConfig.Binds",
      "    - /home/retro/work/a:/a",
      "    + /data/ses1/a:/a",
      "      the daemon sees /home/retro/work at /data/ses1 (WORKSPACE_DIR)",
      "",
      "left alone",
      "  HostConfig.Binds /etc:/b",
      "    it lies outside every mapping",
      ""
    ]])
  })

  it("says that a bind of Docker's socket becomes one of this session's", async () => {
    const own = { DOCKER_SHIM_DAEMON_SOCKET: "/data/ses1.sock" }
    const mounts = `"Mounts":[{"Type":"bind","Source":"/run/docker.sock","Target":"/s"}]`
    const sent = `{"HostConfig":{"Binds":["/var/run/docker.sock:/var/run/docker.sock:ro"],${mounts}}}`
    const { stdout } = await explain(["--json", "--api", "POST", "/containers/create"], sent, own)
    const { body, changes } = JSON.parse(stdout) as { body: string; changes: ReadonlyArray<{ why: string }> }
    assert.strictEqual(
      body,
      sent.replace("/var/run/docker.sock:", "/data/ses1.sock:").replace("\"/run/docker.sock", "\"/data/ses1.sock")
    )
    assert.lengthOf(changes.filter(({ why }) => why.includes("DOCKER_SHIM_DAEMON_SOCKET")), 2)
  })

  it("gives programs the whole body, of a file", async () => {
    fs.writeFileSync(path.join(directory, "body.json"), body)
    const { stdout } = await explain(["--json", "--api", "POST", "/containers/create", "body.json"])
    const answer = JSON.parse(stdout) as { readonly body: string }
    assert.strictEqual(answer.body, body.replace("/home/retro/work/a", "/data/ses1/a"))
  })

  it("says of every other request that it passes unread", async () => {
    const { stdout } = await explain(["--api", "GET", "/containers/json"])
    assert.include(stdout, "the gateway passes such a request on unread: it holds no paths of the daemon's")
  })

  it.each([
    [["--api"], "--api needs a method and a path, such as POST /containers/create [body.json]"],
    [["--api", "POST", "containers"], "--api needs a method and a path"],
    [["--api", "POST", "/containers/create", "absent.json"], "absent.json cannot be read"]
  ])("refuses %j", async (words, text) => {
    const { code, stderr } = await explain(words)
    assert.strictEqual(code, 125)
    assert.include(stderr, text)
  })
})
