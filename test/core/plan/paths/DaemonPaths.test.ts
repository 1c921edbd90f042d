import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as Plan from "../../../../src/core/Plan.ts"
import { args, plan } from "../table.ts"

const env = { WORKSPACE_DIR: "/data/workspaces/ses1" }
const work = "/home/retro/work"
const data = "/data/workspaces/ses1"

describe("paths of the daemon's", () => {
  const daemon = { _tag: "DockerConfig", directory: "/.docker" } as const

  it("of hundreds of mounts are asked for in one round, each once", () => {
    const mounts = Array.from({ length: 300 }, (_, at) => ["-v", `${work}/m${at % 100}:/m${at}`]).flat()
    const invocation = { argv0: "docker", argv: ["run", ...mounts, "img"], env: { ...env, DOCKER_HOST: "unix:///s" } }
    const outcome = Plan.plan({ ...invocation, cwd: work }, Facts.none)
    assert(outcome._tag === "OpenQuestions")
    assert.lengthOf(outcome.questions, 101)
    const facts = Facts.answerAll(
      Facts.none,
      "RealPath",
      outcome.questions.flatMap((question) =>
        question._tag === "RealPath" ? [{ question, answer: { resolved: question.path, exists: true } }] : []
      )
    )
    const planned = Plan.plan({ ...invocation, cwd: work }, facts)
    assert(planned._tag === "ExecPlan")
    assert.strictEqual(planned.args[2], `${data}/m0:/m0`)
    assert.lengthOf(planned.changes, 300)
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
      `volume create -o type=overlay -o device=overlay -o o=lowerdir=${work}/a:/b,upperdir=${work}/u,workdir=${work}/w`,
      `volume create -o type=overlay -o device=overlay -o o=lowerdir=${data}/a:/b,upperdir=${data}/u,workdir=${data}/w`
    ],
    [`run --log-opt syslog-address=unix://${work}/log i`, `run --log-opt syslog-address=unix://${data}/log i`],
    [
      `service create --log-opt=splunk-capath=${work}/ca s`,
      `service create --log-opt=splunk-capath=${data}/ca s`
    ],
    [`checkpoint create --checkpoint-dir ${work}/c web one`, `checkpoint create --checkpoint-dir ${data}/c web one`],
    [`checkpoint rm --checkpoint-dir=${work}/c web one`, `checkpoint rm --checkpoint-dir=${data}/c web one`],
    [`start web --checkpoint-dir ${work}/c --checkpoint one`, `start web --checkpoint-dir ${data}/c --checkpoint one`],
    [`plugin set p data.source=${work}/d DEBUG=${work}`, `plugin set p data.source=${data}/d DEBUG=${work}`],
    [
      `plugin install --alias a vieux/sshfs key.source=${work}/k`,
      `plugin install --alias a vieux/sshfs key.source=${data}/k`
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
    `ps --filter volume=${work}`,
    `run --device-read-bps ${work}/d:1mb img`,
    `start ${work}`,
    `plugin create p ${work}`,
    `volume create -o o=addr=${work} v`
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
      daemon,
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

  it("says of each path option why it stays as it is", () => {
    const words = [
      ..."run -v data:/x -v /etc:/e -v ./a:/a -v /home/retro:/h --mount type=tmpfs,target=/t --device /dev/null".split(
        " "
      ),
      "img"
    ]
    const planned = plan(words, { env }).plan
    const parent =
      "the daemon's own /home/retro is used, without this session's /home/retro/work; mount that path itself"
    const none = "it holds no absolute path that the daemon opens"
    assert.deepStrictEqual(planned.leftAlone, [
      { what: "--volume", value: "data:/x", why: none },
      { what: "--volume", value: "/etc:/e", why: "it lies outside every mapping" },
      { what: "--volume", value: "/home/retro:/h", why: parent },
      { what: "--mount", value: "type=tmpfs,target=/t", why: none },
      { what: "--device", value: "/dev/null", why: "it lies outside every mapping" }
    ])
    assert.deepStrictEqual(planned.notices, [{ text: `--volume /home/retro:/h: ${parent}` }])
    assert.deepStrictEqual(plan("run -v ./a:/a img").plan.leftAlone, [
      { what: "--volume", value: "./a:/a", why: "no mapping is set: WORKSPACE_DIR and DOCKER_SHIM_PATH_MAP are empty" }
    ])
  })

  it("translates in a block device's option only what docker takes there", () => {
    const map = { DOCKER_SHIM_PATH_MAP: "/dev/mapper=/dev/dm;/dev/disk=/data/disk" }
    assert.deepStrictEqual(
      args("run --device-write-iops=/dev/mapper/x:9 --blkio-weight-device /dev/mapper/y:5 img", { env: map }),
      "run --device-write-iops=/dev/dm/x:9 --blkio-weight-device /dev/dm/y:5 img".split(" ")
    )
    const { args: words, notices } = plan("run --device-read-bps /dev/disk/x:1mb img", { env: map }).plan
    assert.deepStrictEqual(words, "run --device-read-bps /dev/disk/x:1mb img".split(" "))
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      "--device-read-bps /dev/disk/x:1mb: the daemon's path /data/disk/x cannot be written there"
    ])
  })

  it("says of a plugin's setting that it may be a path", () => {
    const words = "plugin set p data.source=/home/retro/work/d STATE=/home/retro/work/s LOG=/var/log DEBUG=1 a=b=/c"
    const { args: words_, leftAlone, notices } = plan(words, { env }).plan
    assert.deepStrictEqual(words_, words.replace("/home/retro/work/d", `${data}/d`).split(" "))
    const why =
      "it is not translated, because it may be a value; NAME.source=PATH of a mount and NAME.path=PATH of a device are"
    assert.deepStrictEqual(notices, [{ text: `setting STATE=/home/retro/work/s: ${why}` }])
    assert.deepStrictEqual(
      leftAlone,
      ["STATE=/home/retro/work/s", "LOG=/var/log"].map((value) => ({ what: "setting", value, why }))
    )
    assert.deepStrictEqual(plan("plugin set p STATE=/home/retro/work/s").plan.notices, [])
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

  it.each(["/var/run:/r", "/run:/r", "/:/rootfs", "/var:/v"])("says that %s has not the session's socket", (value) => {
    const session = { DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" }
    const { args: words, notices } = plan(["run", "-v", value, "img"], { env: session }).plan
    assert.deepStrictEqual(words, ["run", "-v", value, "img"])
    assert.lengthOf(notices.filter(({ text }) => text.startsWith(`--volume ${value}: `)), 1)
    assert.lengthOf(plan(["run", "-v", "/etc:/e", "img"], { env: session }).plan.notices, 0)
  })

  it.each(["/home/retro:/h", "/home:/h", "/:/h"])("says that %s has not the session's files", (value) => {
    assert.lengthOf(plan(["run", "-v", value, "img"], { env }).plan.notices, 1)
  })

  it("gives the session's socket for its path on the client, as of ${DOCKER_HOST#unix://}", () => {
    const session = { DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock", DOCKER_HOST: "unix:///run/client/docker.sock" }
    assert.deepStrictEqual(
      args("run -v /run/client/docker.sock:/var/run/docker.sock img", { env: session }),
      ["run", "-v", "/run/ses1.sock:/var/run/docker.sock", "img"]
    )
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
        command: ["run"],
        flag: "--new"
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
