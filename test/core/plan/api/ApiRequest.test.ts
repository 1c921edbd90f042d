import { it } from "@effect/vitest"
import { FastCheck } from "effect"
import { assert, describe } from "vitest"
import * as PathMapping from "../../../../src/core/paths/PathMapping.ts"
import type * as SourceTranslation from "../../../../src/core/paths/SourceTranslation.ts"
import type * as ApiPaths from "../../../../src/core/plan/api/ApiPaths.ts"
import * as ApiRequest from "../../../../src/core/plan/api/ApiRequest.ts"

const context: SourceTranslation.Context = {
  mappings: [PathMapping.make("/home/retro/work", "/data/ses1", "WORKSPACE_DIR")],
  daemonSocket: "/hydra/docker.sock",
  cwd: ""
}
const translateSource = ApiRequest.translator(context, (path) => ({ resolved: path, exists: true }))

const translated = (kind: ApiPaths.Kind, body: string): string => ApiRequest.translate(kind, body, translateSource).body

describe("kindOf", () => {
  it.each([
    ["POST", "/v1.47/containers/create?name=x", "container"],
    ["POST", "/containers/create", "container"],
    ["POST", "/v1.47/containers/creat%65", "container"],
    ["POST", "http://docker/v1.24/volumes/create", "volume"],
    ["POST", "/v1.55/services/create", "service"],
    ["POST", "/v1.55/services/abc/update?version=3", "service"],
    ["POST", "/v1.55/plugins/vieux/sshfs:latest/set", "plugin"],
    ["POST", "/v1.55/plugins/set", undefined],
    ["POST", "/v1.55/plugins/x/enable", undefined],
    ["GET", "/containers/create", undefined],
    ["POST", "/containers/create/x", undefined],
    ["POST", "/v1.47/containers/abc/update", undefined],
    ["POST", "/v1.47/build?t=/containers/create", undefined],
    ["POST", "/services/update", undefined],
    ["POST", "/v1.22/containers/abc/start?detachKeys=x", "container"],
    ["POST", "/containers/a/b%0ac/start", "container"],
    ["POST", "/containers/start", undefined],
    ["POST", "docker+unix://host:1/v1.47/containers/create", "container"],
    ["POST", "HTTP://docker/containers/create", "container"],
    ["POST", "/%761.47http://x/containers/create", undefined],
    ["POST", "/containers/create?a\nb", "container"],
    ["POST", "http:/containers/create", "container"],
    ["POST", "x:///v1.47/containers/create", "container"],
    ["POST", "http://docker?/containers/create", undefined],
    ["POST", "/x?http://docker/containers/create", undefined],
    ["POST", "/containers/%2563reate", undefined],
    ["POST", "/containers%2Fcreate", "container"],
    ["POST", "/services/a%3Fb/update", "service"],
    ["POST", "//containers/create", undefined],
    ["POST", "/v1.47/./containers/create", undefined],
    ["post", "/containers/create", undefined]
  ])("%s %s is of kind %s", (method, target, kind) => {
    assert.strictEqual(ApiRequest.kindOf(method, target), kind)
  })
})

describe("translate", () => {
  it.each(
    [
      [
        "container",
        `{"HostConfig":{"Binds":["/home/retro/work/a:/a:ro"]}}`,
        `{"HostConfig":{"Binds":["/data/ses1/a:/a:ro"]}}`
      ],
      [
        "container",
        `{"HostConfig":{"Binds":["/home/retro/work/ä \\u0041:/a","name:/b","/etc:/c","/home/retro/workspace:/d"]}}`,
        `{"HostConfig":{"Binds":["/data/ses1/ä A:/a","name:/b","/etc:/c","/home/retro/workspace:/d"]}}`
      ],
      [
        "container",
        `{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/home/retro/work","Target":"/home/retro/work"}]}}`,
        `{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/data/ses1","Target":"/home/retro/work"}]}}`
      ],
      [
        "container",
        `{"HostConfig":{"Mounts":[{"Source":"/home/retro/work","Type":"volume"}]}}`,
        `{"HostConfig":{"Mounts":[{"Source":"/home/retro/work","Type":"volume"}]}}`
      ],
      [
        "container",
        `{"HostConfig":{"Binds":["/var/run/docker.sock:/var/run/docker.sock"]}}`,
        `{"HostConfig":{"Binds":["/hydra/docker.sock:/var/run/docker.sock"]}}`
      ],
      [
        "plugin",
        `["data.source=/home/retro/work/p","dev.path=/dev/x","A=/home/retro/work"]`,
        `["data.source=/data/ses1/p","dev.path=/dev/x","A=/home/retro/work"]`
      ],
      [
        "container",
        `{"HostConfig":{"Devices":[{"PathOnHost":"/home/retro/work/dev","PathInContainer":"/dev/x"}]}}`,
        `{"HostConfig":{"Devices":[{"PathOnHost":"/data/ses1/dev","PathInContainer":"/dev/x"}]}}`
      ],
      [
        "container",
        `{"hostconfig":{"BINDS":["/home/retro/work:/a"],"binds":["/home/retro/work:/b"]}}`,
        `{"hostconfig":{"BINDS":["/data/ses1:/a"],"binds":["/data/ses1:/b"]}}`
      ],
      [
        "container",
        ` { "HostConfig" : {"Binds":["/home/retro/work:/a"],"Memory":12345678901234567890,"X":1.0e+00}, "Env":["A=/home/retro/work"] }\n`,
        ` { "HostConfig" : {"Binds":["/data/ses1:/a"],"Memory":12345678901234567890,"X":1.0e+00}, "Env":["A=/home/retro/work"] }\n`
      ],
      ["container", `{"HostConfig":{"Binds":"/home/retro/work:/a"}}`, `{"HostConfig":{"Binds":"/home/retro/work:/a"}}`],
      [
        "container",
        `{"HostConfig":{"Binds":["/home/retro/work:/a"]}`,
        `{"HostConfig":{"Binds":["/home/retro/work:/a"]}`
      ],
      ["container", "null", "null"],
      [
        "container",
        `{"HostConfig":{"Binds":["/home/retro/work:/a"]}} {"HostConfig":{"Binds":["/home/retro/work:/b"]}`,
        `{"HostConfig":{"Binds":["/data/ses1:/a"]}} {"HostConfig":{"Binds":["/home/retro/work:/b"]}`
      ],
      [
        "container",
        `{"Image":"x","Binds":["/home/retro/work:/a"],"Mounts":[{"Type":"bind","Source":"/home/retro/work"}]}`,
        `{"Image":"x","Binds":["/data/ses1:/a"],"Mounts":[{"Type":"bind","Source":"/data/ses1"}]}`
      ],
      [
        "container",
        `{"HostConfig":{"Mounts":[{"Type":"bind"}],"mounts":[{"Source":"/home/retro/work"}]}}`,
        `{"HostConfig":{"Mounts":[{"Type":"bind"}],"mounts":[{"Source":"/data/ses1"}]}}`
      ],
      [
        "container",
        `{"HostConfig":{"Mounts":[{"Type":"volume","type":"bind","Source":"/home/retro/work","source":"/home/retro/work/a"}]}}`,
        `{"HostConfig":{"Mounts":[{"Type":"volume","type":"bind","Source":"/data/ses1","source":"/data/ses1/a"}]}}`
      ],
      ["container", "", ""],
      [
        "volume",
        `{"DriverOpts":{"type":"none","o":"bind","device":"/home/retro/work/db"}}`,
        `{"DriverOpts":{"type":"none","o":"bind","device":"/data/ses1/db"}}`
      ],
      [
        "volume",
        `{"DriverOpts":{"o":"lowerdir=/home/retro/work/a:/b,upperdir=/home/retro/work/u,workdir=/w"}}`,
        `{"DriverOpts":{"o":"lowerdir=/data/ses1/a:/b,upperdir=/data/ses1/u,workdir=/w"}}`
      ],
      [
        "service",
        `{"TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"bind","Source":"/home/retro/work/a"}]}}}`,
        `{"TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"bind","Source":"/data/ses1/a"}]}}}`
      ]
    ] as const
  )("of a %s: %s", (kind, body, expected) => {
    assert.strictEqual(translated(kind, body), expected)
  })

  it("says what it changed, and what it left", () => {
    const body = `{"HostConfig":{"Binds":["/home/retro/work/a:/a","/etc:/b"]}}`
    const { changes, leftAlone } = ApiRequest.translate("container", body, translateSource)
    assert.deepStrictEqual(changes, [{
      what: "HostConfig.Binds",
      from: "/home/retro/work/a:/a",
      to: "/data/ses1/a:/a",
      why: "the daemon sees /home/retro/work at /data/ses1 (WORKSPACE_DIR)"
    }])
    assert.deepStrictEqual(leftAlone.map(({ value }) => value), ["/etc:/b"])
  })

  it("ends with an input of ten million brackets", () => {
    const body = "[".repeat(10_000_000)
    assert.strictEqual(translated("container", body), body)
  })

  const anything = FastCheck.json({ maxDepth: 6 })

  it.prop("leaves every other document as it is, to the byte", [anything], ([body]) => {
    assert.strictEqual(translated("container", body), body)
  })

  const paths = FastCheck.array(FastCheck.constantFrom("a", "b c", "ä", "x\"y", "\\"), { maxLength: 3 })

  it.prop(
    "changes binds below the workspace, and nothing around them",
    [paths, anything, anything],
    ([names, one, other]) => {
      const below = names.map((name) => `/${name}`).join("")
      const around = (source: string): string =>
        `{"X":${one},"HostConfig":{"N":1.50,"Binds":[${JSON.stringify(`${source}:/t`)}],"Y":${other}},"Z":${one}}`
      assert.strictEqual(translated("container", around(`/home/retro/work${below}`)), around(`/data/ses1${below}`))
    }
  )

  it.prop("translating twice is translating once", [paths], ([names]) => {
    const body = JSON.stringify({ HostConfig: { Binds: [`/home/retro/work/${names.join("/")}:/t`] } })
    const once = translated("container", body)
    assert.strictEqual(translated("container", once), once)
  })
})

describe("translateTarget", () => {
  const targetOf = (method: string, target: string): string | undefined => {
    const kind = ApiRequest.kindOf(method, target)
    return kind === undefined ? undefined : ApiRequest.translateTarget(kind, target, translateSource).target
  }

  it.each([
    ["GET", "/v1.47/containers/x/checkpoints?dir=%2Fhome%2Fretro%2Fwork%2Fc&a=%2f", "dir=/data/ses1/c&a=%2f"],
    ["GET", "/containers/x/checkpoints?dir=/etc", "dir=/etc"],
    ["GET", "/containers/x/checkpoints?dir=home/retro/work", "dir=home/retro/work"],
    ["GET", "/containers/x/json?dir=/home/retro/work", undefined],
    ["DELETE", "/v1.47/containers/x/checkpoints/one?dir=/home/retro/work", "dir=/data/ses1"],
    ["DELETE", "/v1.47/containers/x?dir=/home/retro/work", undefined],
    [
      "POST",
      "/containers/x/start?checkpoint=c&checkpoint-dir=/home/retro/work/c",
      "checkpoint=c&checkpoint-dir=/data/ses1/c"
    ],
    ["POST", "/containers/x/start?dir=/home/retro/work", "dir=/home/retro/work"],
    ["POST", "/containers/create?checkpoint-dir=/home/retro/work", "checkpoint-dir=/home/retro/work"]
  ])("%s %s is sent with %s", (method, target, query) => {
    assert.strictEqual(targetOf(method, target), query === undefined ? undefined : target.replace(/\?.*/, `?${query}`))
  })

  it("is refused where a directory is not UTF-8, which may be one of the user's", () => {
    const outcome = ApiRequest.translateTarget(
      "checkpoint",
      "/containers/x/checkpoints?dir=/home/%ff",
      translateSource
    )
    assert.strictEqual(outcome.refused, "its directory is not UTF-8")
  })

  it("says what it changed", () => {
    const { changes } = ApiRequest.translateTarget("checkpoint", "/x?dir=/home/retro/work", translateSource)
    assert.deepStrictEqual(changes.map(({ from, to, what }) => [what, from, to]), [[
      "dir=",
      "/home/retro/work",
      "/data/ses1"
    ]])
  })

  it("has the body of a checkpoint with it", () => {
    const body = `{"CheckpointID":"c","CheckpointDir":"/home/retro/work/c","Exit":true}`
    assert.strictEqual(translated("checkpoint", body), body.replace("/home/retro/work", "/data/ses1"))
  })
})
