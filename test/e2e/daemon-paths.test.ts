/**
 * What docker sends to the daemon for options whose effect no test engine can show (criu, plugins of a registry): the
 * paths in it are the daemon's.
 */
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { generations, run, shimDirectory } from "../shell/program.ts"

const work = "/home/retro/work"
const data = "/data/workspaces/ses1"

describeReal.each(generations)("a request of docker %s", (generation) => {
  const shim = shimDirectory("docker")
  let daemon: RecordingDaemon.RecordingDaemon
  let suite: Suite.Suite
  beforeAll(async () => {
    suite = await Suite.locate(generation)
    daemon = await RecordingDaemon.start({ isExperimental: true })
  })
  afterAll(async () => {
    shim.remove()
    await daemon.stop()
  })

  /** What was asked last, called directly and through the shim. */
  const asked = async (words: string, method: string) => {
    const requests: Array<RecordingDaemon.RecordedRequest | undefined> = []
    for (const file of [path.join(suite.bin, "docker"), path.join(shim.directory, "docker")]) {
      daemon.clear()
      await run(file, words.split(" "), { env: { ...daemon.client(suite).env, WORKSPACE_DIR: data }, cwd: "/" })
      requests.push(daemon.requests.filter((request) => request.method === method).at(-1))
    }
    return requests
  }

  it.each([
    [`checkpoint create --checkpoint-dir ${work}/c web one`, "POST"],
    [`checkpoint ls --checkpoint-dir ${work}/c web`, "GET"],
    [`checkpoint rm --checkpoint-dir=${work}/c web one`, "DELETE"],
    [`start --checkpoint one --checkpoint-dir ${work}/c web`, "POST"],
    [`plugin set p data.source=${work}/d dev.path=${work}/dev`, "POST"],
    [`create --log-driver syslog --log-opt syslog-address=unix://${work}/log bb`, "POST"]
  ])("for %s holds the daemon's path", async (words, method) => {
    const [direct, through] = await asked(words, method)
    assert.include(JSON.stringify(direct), work)
    assert.strictEqual(JSON.stringify(through), JSON.stringify(direct).replaceAll(work, data))
  })
})
