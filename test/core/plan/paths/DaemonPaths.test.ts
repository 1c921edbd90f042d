import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../../src/core/Facts.ts"
import * as Plan from "../../../../src/core/Plan.ts"
import { args, plan } from "../table.ts"

const env = { WORKSPACE_DIR: "/data/workspaces/ses1" }
const work = "/home/retro/work"
const data = "/data/workspaces/ses1"

describe("paths of the daemon's", () => {
  it.each(["run", "create", "service create"])("of %s are the same where each is looked up at once", (command) => {
    const argv = [
      ...command.split(" "),
      "--mount",
      `type=bind,src=${work}/l/a,dst=/a`,
      "--mount=type=tmpfs,dst=/t",
      "img"
    ]
    const links: Readonly<Record<string, string>> = { [`${work}/l/a`]: "/elsewhere/a", [work]: "/real" }
    const lookedUp: Array<string> = []
    const lookUp = (path: string) => {
      lookedUp.push(path)
      return { resolved: links[path] ?? path, exists: true }
    }
    const invocation = { argv0: "docker", argv, env, cwd: work }
    assert.deepStrictEqual(Plan.plan(invocation, { ...Facts.none, lookUp }), plan(argv, { env, links }).plan)
    assert.deepStrictEqual(lookedUp, [`${work}/l/a`, work])
  })

  it.each([
    [`run -v ${work}/a:/b img`, `run -v ${data}/a:/b img`],
    [`run -v${work}/a:/b img`, `run -v${data}/a:/b img`],
    [`run -itv ${work}/a:/b img`, `run -itv ${data}/a:/b img`],
    [`run -itv${work}/a:/b img`, `run -itv${data}/a:/b img`],
    [`run -itv=${work}/a:/b img`, `run -itv=${data}/a:/b img`],
    [`run --volume=${work}/a:/b img`, `run --volume=${data}/a:/b img`],
    [`create --volume ./a:/b:ro img`, `create --volume ${data}/a:/b:ro img`],
    [`container run -v .:/b img`, `container run -v ${data}:/b img`],
    [
      `container create --mount=type=bind,src=${work},dst=/b img`,
      `container create --mount=type=bind,src=${data},dst=/b img`
    ],
    [`run --device ${work}/dev0 img`, `run --device ${data}/dev0:${work}/dev0 img`],
    [`-D --context c run -v ${work}/a:/b -- img -- ls`, `-D --context c run -v ${data}/a:/b -- img -- ls`],
    [
      `volume create v -o type=none -o o=bind -o device=${work}/v`,
      `volume create v -o type=none -o o=bind -o device=${data}/v`
    ],
    [
      `service create --mount type=bind,source=${work},target=/b img`,
      `service create --mount type=bind,source=${data},target=/b img`
    ],
    [
      `service update --mount-add type=bind,source=${work},target=/b s`,
      `service update --mount-add type=bind,source=${data},target=/b s`
    ]
  ])("translates %s", (words, expected) => {
    assert.deepStrictEqual(args(words, { env }), expected.split(" "))
  })

  it.each([
    `run -v /home/retro/workspace2:/x img`,
    `run -v ${work}/../y:/s img`,
    `run -v ${work}/cache img`,
    `run img -v ${work}:/b`,
    `exec c tool --mount src=${work}`,
    `rm -v work`,
    `run -v work/x:/y img`,
    `run -v data:/y img`,
    `run -v /var/run/docker.sock:/s img`,
    `run --env-file ./env --cidfile ./cid --label-file ./l -w ${work} -e A=${work} img`,
    `run --name ${work}:/b img`,
    `run -e -v ${work}:/b`,
    `cp ${work}/a c:/b`,
    `build -f ${work}/Dockerfile --help ${work}`,
    `volume create -o device=:${work} v`,
    `volume create -o device=./v v`,
    `run --help -v ${work}:/b img`,
    `ps --filter volume=${work}`
  ])("leaves %s", (words) => {
    const planned = plan(words, { env })
    assert.deepStrictEqual(planned.plan.args, words.split(" "))
    assert.deepStrictEqual(planned.plan.changes, [])
  })

  it.each([
    ["run -v ..:/a img", `run -v ${data}:/a img`],
    ["run -v ../web:/a -v ./x:/b img", `run -v ${data}/web:/a -v ${data}/app/x:/b img`],
    ["run -v web:/a img", "run -v web:/a img"],
    ["rm -v web", "rm -v web"],
    ["run --mount Type=bind,Source=..,Dst=/a img", `run --mount Type=bind,Source=${data},Dst=/a img`],
    [
      "run --mount type=bind,\"source=./a,b\",target=/c img",
      `run --mount type=bind,"source=${data}/app/a,b",target=/c img`
    ],
    ["run -v ../../workspace2:/a img", "run -v ../../workspace2:/a img"]
  ])("translates %s from a directory below", (words, expected) => {
    assert.deepStrictEqual(args(words, { env, cwd: `${work}/app` }), expected.split(" "))
  })

  it("asks of paths only, and only where there is one", () => {
    assert.deepStrictEqual(plan("run -e A=1 img", { env }).questions, [])
    assert.deepStrictEqual(plan("ps -a", { env }).questions, [])
    assert.deepStrictEqual(plan(`run -v ${work}/a:/b img`, {}).questions, [])
    assert.deepStrictEqual(plan(`run -v ${work}/a:/b img`, { env }).questions, [
      { _tag: "RealPath", path: `${work}/a` },
      { _tag: "RealPath", path: work }
    ])
  })

  it("follows the client's links", () => {
    assert.deepStrictEqual(
      args("run -v ./link:/b img", { env, links: { [`${work}/link`]: `${work}/real` } }),
      ["run", "-v", `${data}/real:/b`, "img"]
    )
  })

  it("says each change and its reason", () => {
    assert.deepStrictEqual(plan("run -v ./a:/b img", { env }).plan.changes, [{
      what: "--volume",
      from: "./a:/b",
      to: `${data}/a:/b`,
      why: `the daemon sees ${work} at ${data} (WORKSPACE_DIR)`
    }])
  })

  it("gives the session's own socket", () => {
    const session = { DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" }
    assert.deepStrictEqual(
      args("run -v /var/run/docker.sock:/var/run/docker.sock:ro img", { env: session }),
      ["run", "-v", "/run/ses1.sock:/var/run/docker.sock:ro", "img"]
    )
    assert.deepStrictEqual(plan("run --use-api-socket img", { env: session }).plan.notices.length, 1)
    assert.deepStrictEqual(plan("run --use-api-socket img", { env }).plan.notices, [])
  })

  it("leaves a path that the syntax cannot hold, and says so", () => {
    const planned = plan("run -v ./a:/b img", { env: { WORKSPACE_DIR: "/data/a:b" } }).plan
    assert.deepStrictEqual(planned.args, ["run", "-v", "./a:/b", "img"])
    assert.deepStrictEqual(planned.notices, [
      { text: "--volume ./a:/b: the daemon's path /data/a:b/a cannot be written there; use --mount" }
    ])
  })

  describe("of a docker newer than the grammar", () => {
    it("asks what an unknown flag takes, and reads on", () => {
      const words = `run --new x -v ${work}/a:/b img`
      const takes = (arity: "value" | "boolean") => ({ env, flags: [{ name: "new", shorthand: "", arity }] })
      assert.deepStrictEqual(args(words, takes("value")), `run --new x -v ${data}/a:/b img`.split(" "))
      assert.deepStrictEqual(args(words, takes("boolean")), words.split(" "))
      assert.deepStrictEqual(plan(words, takes("value")).questions[0], {
        _tag: "CommandFlags",
        program: "docker",
        command: ["run"]
      })
    })

    it("translates what stands before a flag that nobody knows", () => {
      assert.deepStrictEqual(
        args(`run -v ${work}/a:/b --new -v ${work}/c:/d img`, { env }),
        `run -v ${data}/a:/b --new -v ${work}/c:/d img`.split(" ")
      )
    })
  })
})
