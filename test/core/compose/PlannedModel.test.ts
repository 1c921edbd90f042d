import { assert, describe, it } from "vitest"
import * as ComposeModel from "../../../src/core/compose/ComposeModel.ts"
import * as PlannedModel from "../../../src/core/compose/PlannedModel.ts"
import { overridesOf, plan } from "../plan/table.ts"

const secret = "s3cret"
const config = {
  name: "shop",
  services: {
    web: {
      image: "a",
      environment: { PASSWORD: secret },
      labels: { token: secret },
      command: ["run", secret],
      build: { context: "/c", args: { TOKEN: secret, GIVEN: null } },
      volumes: [{ type: "bind", source: "/a", target: "/b" }],
      logging: { driver: "splunk", options: { "splunk-token": secret } }
    },
    old: { build: { context: ".", args: [`TOKEN=${secret}`, "GIVEN"] } }
  },
  volumes: { share: { driver_opts: { type: "cifs", device: "//host/share", o: `password=${secret}` } } },
  secrets: { token: { environment: secret, file: "/t" } },
  configs: { inline: { content: secret } }
}

describe("PlannedModel", () => {
  it("has no value that may be a secret", () => {
    assert.notInclude(JSON.stringify(PlannedModel.trim(config)), secret)
  })

  it("keeps what planning reads", () => {
    const text = JSON.stringify(PlannedModel.trim(config))
    for (
      const kept of [
        "\"image\":\"a\"",
        JSON.stringify(config.services.web.volumes),
        "\"GIVEN\":null",
        "\"GIVEN\"]",
        "\"name\":\"shop\"",
        "{\"type\":\"cifs\",\"device\":\"//host/share\"}",
        "\"file\":\"/t\""
      ]
    ) {
      assert.include(text, kept)
    }
  })

  it("keeps all that planning translates, or says something of", () => {
    const work = "/home/retro/work"
    const whole = {
      name: "shop",
      services: {
        web: {
          image: "img",
          container_name: "one",
          ports: [{ published: "80", target: 80 }],
          volumes: [
            { type: "bind", source: `${work}/a`, target: "/a" },
            { type: "volume", source: "far", target: "/f" }
          ],
          networks: { far: { aliases: ["w"] } },
          devices: [{ source: `${work}/d`, target: "/d", permissions: "rwm" }],
          blkio_config: { device_read_bps: [{ path: `${work}/b`, rate: 1 }] },
          logging: { driver: "syslog", options: { "syslog-address": `unix://${work}/log`, tag: "x" } },
          develop: { watch: [{ path: `${work}/a`, action: "sync", target: "/a" }] },
          secrets: [{ source: "s" }],
          use_api_socket: true
        },
        built: { platform: "linux/arm64", build: { context: `${work}/built` } },
        debug: { container_name: "two", profiles: ["debug"] }
      },
      volumes: {
        bound: { driver_opts: { type: "none", o: "bind", device: `${work}/v` } },
        laid: { driver_opts: { type: "overlay", device: "overlay", o: `lowerdir=${work}/l,upperdir=${work}/u` } },
        far: { name: "far", external: true }
      },
      networks: { far: { name: "far-net", external: true } },
      secrets: { s: { file: `${work}/s` } },
      configs: { c: { file: `${work}/c` } }
    }
    const planned = (config: unknown) => {
      const env = {
        WORKSPACE_DIR: "/data/w",
        HELIX_TASK_NUMBER: "12",
        DOCKER_SHIM_DAEMON_SOCKET: "/s.sock",
        DOCKER_SHIM_PROJECT_SCOPE: "project"
      }
      const files = {
        files: ["/p/compose.yaml"],
        directory: "/p",
        name: { _tag: "None" },
        settings: [],
        isChoice: false
      } as const
      const found = plan("compose up -d", { env, files, model: { _tag: "Model", config, input: [] } }).plan
      return { ...found, files: overridesOf(found).map(({ content }) => content) }
    }
    const expected = planned(whole)
    assert.deepStrictEqual(planned(PlannedModel.trim(whole, { mayHave: false, declared: {} })), expected)
    const places = ["volumes", "devices", "logging.options.syslog-address"].map((field) => `services.web.${field}`)
    const others = [
      "volumes.bound.driver_opts.device",
      "volumes.laid.driver_opts.o",
      "secrets.s.file",
      "configs.c.file"
    ]
    assert.includeMembers(expected.changes.map(({ what }) => what), [...places, ...others])
    assert.isNotEmpty(expected.notices.filter(({ text }) => text.includes("blkio_config")))
    assert.isNotEmpty(
      expected.notices.filter(({ text }) => text.includes("container_name one; port 80; external volume far; "))
    )
    assert.isNotEmpty(expected.notices.filter(({ text }) => text.includes("external network far")))
    assert.isNotEmpty(expected.notices.filter(({ text }) => text.includes("use_api_socket")))
    assert.include(JSON.stringify(expected.before), "linux+arm64")
  })

  it("keeps all that says what is started with a service", () => {
    const whole = {
      services: {
        web: {
          depends_on: { a: { condition: "service_started" } },
          links: ["b:alias"],
          volumes_from: ["c:ro"],
          network_mode: "service:d",
          ipc: "service:e",
          pid: "service:f"
        }
      }
    }
    const needed = (config: unknown) => [...ComposeModel.withDependencies(ComposeModel.decode(config), ["web"])].sort()
    assert.deepStrictEqual(needed(PlannedModel.trim(whole)), ["a", "b", "c", "d", "e", "f", "web"])
  })

  it("tells models apart by what it leaves out", () => {
    const other = { ...config, configs: { inline: { content: "other" } } }
    assert.notDeepEqual(PlannedModel.trim(other), PlannedModel.trim(config))
    assert.deepStrictEqual(PlannedModel.trim(structuredClone(config)), PlannedModel.trim(config))
  })
})
