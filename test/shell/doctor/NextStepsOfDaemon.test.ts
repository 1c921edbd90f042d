/**
 * The next steps of findings about the daemon, the paths it has, and the session, done: see NextSteps.test.ts.
 */
import { once } from "node:events"
import * as http from "node:http"
import { afterEach, assert, describe } from "vitest"
import * as GatewayPlace from "../../../src/shell/gateway/Place.ts"
import * as Presence from "../../../src/shell/gateway/Presence.ts"
import { at, type Case, drop, file, follow, place, set, write } from "./steps.ts"

let answering: http.Server | undefined
afterEach(() => {
  answering?.close()
  answering = undefined
})

/** What answers as a gateway does that maps the user's directory there; gives its socket. */
const gateway = async (to: string): Promise<string> => {
  const mappings = [{ from: file("work"), to, origin: "WORKSPACE_DIR" }]
  answering = http.createServer((_, response) => {
    response.end(Presence.print({ version: "1.2.3", daemon: "unix:///run/x.sock", mappings }))
  })
  await once(answering.listen(file("gateway.sock")), "listening")
  return file("gateway.sock")
}

const cases: ReadonlyArray<Case> = [
  [
    "session's daemon",
    "not known",
    set("DOCKER_HOST", "tcp://10.0.0.1:2375"),
    set("DOCKER_SHIM_DOCKER_HOST", "tcp://10.0.0.1:2375")
  ],
  ["session's daemon", "another one", () => {
    place.env["DOCKER_SHIM_DOCKER_HOST"] = "unix:///run/x.sock"
    place.env["DOCKER_HOST"] = "tcp://10.0.0.1:2375"
  }, (step) => {
    assert.include(step, "unset DOCKER_HOST and DOCKER_CONTEXT, or ")
    Reflect.deleteProperty(place.env, "DOCKER_HOST")
  }],
  ["endpoint", "known to the shim alone", set("DOCKER_SHIM_DOCKER_HOST", "unix:///run/x.sock")],
  ["path map", "nothing certain", () => {
    drop("WORKSPACE_DIR")()
    place.env["DOCKER_SHIM_PATH_MAP"] = "auto"
  }, () => set("WORKSPACE_DIR", file("daemon"))()],
  ["gateway", "other paths", async () => {
    place.env["DOCKER_HOST"] = `unix://${await gateway("/data/other")}`
  }, () => set("WORKSPACE_DIR", "/data/other")()],
  ["gateway", "not used", async () => {
    const socket = await gateway(file("daemon"))
    place.before += ` mount -t tmpfs none /run; mkdir /run/docker-shim; ln -s ${socket} ${GatewayPlace.usual};`
  }],
  ["mapping", "of a file", () => {
    write("work/one", "")
    place.env["DOCKER_SHIM_PATH_MAP"] = `${at}/work/one=/data/one`
    place.env["DOCKER_SHIM_USER_PATH"] = file("work")
  }, () => set("DOCKER_SHIM_PATH_MAP", `${at}/work/one=${at}/daemon/one`)()],
  ["mapping", "none, outside the user's directory", () => {
    drop("WORKSPACE_DIR")()
    place.env["DOCKER_SHIM_USER_PATH"] = "/no/such"
  }, () => {
    place.env["WORKSPACE_DIR"] = file("daemon")
    place.env["DOCKER_SHIM_USER_PATH"] = file("work")
  }],
  ["mapping", "none, and needed", drop("WORKSPACE_DIR"), () => set("WORKSPACE_DIR", file("daemon"))()],
  ["mapping", "wrong", set("WORKSPACE_DIR", "/data/other"), () => set("WORKSPACE_DIR", file("daemon"))()],
  [
    "mapping",
    "of nothing",
    set("DOCKER_SHIM_USER_PATH", "/no/such"),
    () => set("DOCKER_SHIM_USER_PATH", file("work"))()
  ],
  ["daemon socket", "not there", set("DOCKER_SHIM_DAEMON_SOCKET", "/run/ses1.sock"), () => {
    write("work/docker.sock", "")
    place.env["DOCKER_SHIM_DAEMON_SOCKET"] = file("daemon/docker.sock")
  }],
  ["project name", "one for all", () => {
    place.env["HELIX_SESSION_ID"] = "ses1"
    place.env["DOCKER_SHIM_PROJECT_SCOPE"] = "session"
  }, set("DOCKER_SHIM_PROJECT_SCOPE", "project")],
  ["umask", "another", set("MASK", "0002")]
]

describe("a finding's next step makes its line green", () => follow(cases))
