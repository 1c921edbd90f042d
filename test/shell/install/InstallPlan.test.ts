import { assert, describe, it } from "vitest"
import type { Request } from "../../../src/shell/install/Site.ts"
import { asked, type Content, local, makeRoot, packaged, shim, stateSteps, steps } from "./root.ts"

describe("InstallPlan", () => {
  it("puts names ahead of docker, of a stand-alone compose and of the plugin", () => {
    const root = makeRoot({
      "/usr/bin/docker": "program",
      "/usr/bin/docker-compose": "program",
      [`${packaged}/docker-compose`]: "program"
    })
    assert.deepStrictEqual(steps(root, asked()), [
      ...stateSteps,
      `link /usr/local/bin/docker-shim -> ${shim}`,
      `link /usr/local/bin/docker -> ${shim}`,
      `link /usr/local/bin/docker-compose -> ${shim}`,
      "make directory /usr/local/lib",
      "make directory /usr/local/lib/docker",
      `make directory ${local}`,
      `link ${local}/docker-compose -> ${shim}`
    ])
  })

  it("copies the executable where PATH does not lead to it", () => {
    const root = makeRoot({ "/usr/bin/docker": "program" }, "/tmp/docker-shim")
    assert.deepStrictEqual(
      steps(root, asked({ directory: "/opt/bin" }), "/tmp/docker-shim"),
      [
        ...stateSteps,
        "make directory /opt",
        "make directory /opt/bin",
        "copy /tmp/docker-shim to /opt/bin/docker-shim",
        "link /opt/bin/docker -> /opt/bin/docker-shim"
      ].filter((line) => line !== "make directory /opt/")
    )
  })

  it("links to the executable where PATH leads to it", () => {
    const root = makeRoot({ "/usr/bin/docker": "program" }, "/usr/local/bin/docker-shim")
    assert.deepStrictEqual(steps(root, asked({ isInPlace: true }), "/usr/local/bin/docker-shim"), [
      ...stateSteps,
      "keep /usr/bin/docker as /usr/bin/docker.real, link /usr/bin/docker -> /usr/local/bin/docker-shim"
    ])
  })

  it("takes the place of older wrappers, and gives the plugin its own name back", () => {
    const root = makeRoot({
      "/usr/bin/docker": "wrapper",
      "/usr/bin/docker.real": "program",
      [`${packaged}/docker-compose`]: "composeWrapper",
      [`${packaged}/docker-compose.real`]: "program"
    }, "/usr/local/bin/docker-shim")
    assert.deepStrictEqual(steps(root, asked({ isInPlace: true }), "/usr/local/bin/docker-shim"), [
      ...stateSteps,
      "keep /usr/bin/docker as /usr/bin/.docker-shim-saved.docker, link /usr/bin/docker -> /usr/local/bin/docker-shim",
      `move ${packaged}/docker-compose to ${packaged}/.docker-shim-saved.docker-compose`,
      `move ${packaged}/docker-compose.real to ${packaged}/docker-compose`,
      "make directory /usr/local/lib",
      "make directory /usr/local/lib/docker",
      `make directory ${local}`,
      `link ${local}/docker-compose -> /usr/local/bin/docker-shim`
    ])
  })

  it("moves the first plugin of all to the next directory", () => {
    const root = makeRoot({ "/usr/bin/docker": "program", [`${local}/docker-compose`]: "program" })
    const next = "/usr/local/libexec/docker/cli-plugins"
    assert.deepStrictEqual(steps(root, asked({ isInPlace: true })).slice(4), [
      `keep /usr/bin/docker as /usr/bin/docker.real, link /usr/bin/docker -> ${shim}`,
      "make directory /usr/local/libexec",
      "make directory /usr/local/libexec/docker",
      `make directory ${next}`,
      `move ${local}/docker-compose to ${next}/docker-compose`,
      `link ${local}/docker-compose -> ${shim}`
    ])
  })

  it.each<[string, Readonly<Record<string, Content>>, Partial<Request>, string]>([
    ["no docker", {}, {}, "there is no docker on PATH; install docker first"],
    [
      "docker first of all",
      { "/usr/local/sbin/docker": "program" },
      {},
      "none of the usual directories that this user can write to comes before /usr/local/sbin/docker on PATH; "
      + "pass one with --dir and put it first on PATH, or use --in-place"
    ],
    [
      "a wrapper",
      { "/usr/bin/docker": "wrapper", "/usr/bin/docker.real": "program" },
      {},
      "/usr/bin/docker is an older wrapper; --in-place puts the shim in its place"
    ],
    [
      "a wrapper alone",
      { "/usr/bin/docker": "wrapper" },
      { isInPlace: true },
      "/usr/bin/docker is an older wrapper, but /usr/bin/docker.real, which it calls, is no program"
    ],
    [
      "two dockers",
      { "/usr/bin/docker": "program", "/usr/bin/docker.real": "program" },
      { isInPlace: true },
      "/usr/bin/docker and /usr/bin/docker.real are both there, and neither is the shim; remove the one that is not docker"
    ],
    [
      "a docker where asked for",
      { "/usr/bin/docker": "program", "/opt/bin/docker": "program" },
      { directory: "/opt/bin" },
      "/opt/bin/docker exists and is not the shim; pass another directory with --dir, or use --in-place"
    ]
  ])("refuses with %s", (_, files, request, reason) => {
    assert.deepStrictEqual(steps(makeRoot(files), asked(request)), [`refused: ${reason}`])
  })
})
