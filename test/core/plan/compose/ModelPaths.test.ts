import { assert, describe, it } from "@effect/vitest"
import { args, plan, type Table } from "../table.ts"
import { bind, files, override, web, workspace } from "./project.ts"

describe("paths of the project", () => {
  it("are translated, every other field kept, what does not change left out", () => {
    const table = web({
      volumes: [
        bind("/home/retro/work/a", { read_only: true, bind: { create_host_path: true, selinux: "z" } }),
        bind("/etc/hosts"),
        { type: "volume", source: "data", target: "/data" },
        { type: "tmpfs", target: "/t" }
      ],
      devices: [{ source: "/home/retro/work/dev", target: "/d", permissions: "rwm" }, { source: "/dev/null" }]
    }, {
      volumes: { data: { driver: "local", driver_opts: { type: "none", o: "bind", device: "/home/retro/work/data" } } },
      secrets: { s: { name: "work_s", file: "/home/retro/work/s.txt" }, e: { environment: "E" } },
      configs: { c: { file: "/home/retro/work/c$$x.txt" }, d: { file: "/etc/d" } }
    })
    assert.deepStrictEqual(override("compose up -d", table), {
      services: {
        web: {
          volumes: [
            bind("/data/workspaces/ses1/a", { read_only: true, bind: { create_host_path: true, selinux: "z" } })
          ],
          devices: [{ source: "/data/workspaces/ses1/dev", target: "/d", permissions: "rwm" }]
        }
      },
      volumes: { data: { driver_opts: { device: "/data/workspaces/ses1/data" } } },
      secrets: { s: { file: "/data/workspaces/ses1/s.txt" } },
      configs: { c: { file: "/data/workspaces/ses1/c$$x.txt" } }
    })
  })

  it("of an overlay's directories and a logging driver's socket are translated", () => {
    const o = "lowerdir=/home/retro/work/a:/srv/b,upperdir=/home/retro/work/u,workdir=/home/retro/work/w"
    const table = web({
      logging: { driver: "syslog", options: { "syslog-address": "unix:///home/retro/work/l$$og", "tag": "x" } }
    }, { volumes: { data: { driver_opts: { type: "overlay", device: "overlay", o } } } })
    const data = "/data/workspaces/ses1"
    assert.deepStrictEqual(override("compose up", table), {
      services: { web: { logging: { driver: "syslog", options: { "syslog-address": `unix://${data}/l$$og` } } } },
      volumes: { data: { driver_opts: { o: `lowerdir=${data}/a:/srv/b,upperdir=${data}/u,workdir=${data}/w` } } }
    })
  })

  it("that stay as they are have the reason with them", () => {
    const table = web({
      volumes: [bind("/etc/hosts"), bind("/home/retro")],
      blkio_config: { weight: 3, device_read_bps: [{ path: "/home/retro/work/d", rate: "1mb" }, { path: "/dev/sda" }] }
    })
    const { leftAlone, notices } = plan("compose up", table).plan
    const parent =
      "the daemon's own /home/retro is used, without this session's /home/retro/work; mount that path itself"
    const blocked = "an override file cannot replace it; write the daemon's path there"
    assert.deepStrictEqual(leftAlone.filter(({ what }) => what !== "services.web.build"), [
      { what: "services.web.volumes", value: "/etc/hosts", why: "it lies outside every mapping" },
      { what: "services.web.volumes", value: "/home/retro", why: parent },
      { what: "services.web.blkio_config.device_read_bps", value: "/home/retro/work/d", why: blocked },
      { what: "services.web.blkio_config.device_read_bps", value: "/dev/sda", why: "it lies outside every mapping" }
    ])
    assert.deepStrictEqual(notices.map(({ text }) => text), [
      `services.web.volumes: /home/retro: ${parent}`,
      `services.web.blkio_config.device_read_bps: /home/retro/work/d: ${blocked}`
    ])
  })

  it("take the session's own socket", () => {
    const env = { DOCKER_SHIM_DAEMON_SOCKET: "/data/ses1/docker.sock" }
    const table = { ...web({ volumes: [bind("/var/run/docker.sock")] }), env }
    assert.deepStrictEqual(override("compose up", table), {
      services: { web: { volumes: [bind("/data/ses1/docker.sock")] } }
    })
  })

  it("cannot be given for `use_api_socket`, which one line says", () => {
    const table = { ...web({ use_api_socket: true }), env: { DOCKER_SHIM_DAEMON_SOCKET: "/data/ses1/docker.sock" } }
    assert.deepStrictEqual(plan("compose up", table).plan.notices.map(({ text }) => text), [
      "service web: use_api_socket gives it the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; "
      + "bind /var/run/docker.sock instead"
    ])
    assert.deepStrictEqual(plan("compose up", { ...table, env: workspace }).plan.notices, [])
  })

  it("need no override where nothing changes", () => {
    const planned = plan("compose up", web({ volumes: [bind("/etc")] })).plan
    assert.deepStrictEqual([planned.args, planned.files, planned.env], [["compose", "up"], [], {}])
  })

  it.each([
    "compose ps",
    "compose down -v",
    "compose config",
    "compose --dry-run build",
    "compose build --dry-run",
    "compose start"
  ])(
    "are not looked at for %s",
    (words) => {
      assert.deepStrictEqual(plan(words, { env: workspace }).questions, [])
    }
  )

  it.each(["compose --dry-run up", "compose up --dry-run"])(
    "are translated for %s, which says what up does",
    (words) => {
      const table = web({ build: { context: "." }, volumes: [bind("/home/retro/work/a")] })
      assert.deepStrictEqual(override(words, table), {
        services: { web: { volumes: [bind("/data/workspaces/ses1/a")] } }
      })
      assert.deepStrictEqual(plan(words, table).plan.before, [], "and no cache entry is made ready")
    }
  )

  it("of `run -v` are the client's, relative ones included", () => {
    const table = { ...web({}), cwd: "/home/retro/work/sub" }
    assert.deepStrictEqual(
      args("compose run -v ./a:/a -T -v=/etc:/e web sh -v ./b:/b", table),
      "compose run -v /data/workspaces/ses1/sub/a:/a -T -v=/etc:/e web sh -v ./b:/b".split(" ")
    )
  })

  it("stay as they are where Compose refuses the project", () => {
    const table: Table = { env: workspace, files: files(), model: { _tag: "Refused", input: [] } }
    assert.deepStrictEqual(args("compose up -d", table), ["compose", "up", "-d"])
  })
})
