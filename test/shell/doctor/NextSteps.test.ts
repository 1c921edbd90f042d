/**
 * Each finding's next step, done: its line is then green. This file has settings and programs; NextStepsOfDaemon.test.ts and
 * NextStepsOfCache.test.ts the rest, and what install does is done on a Debian (test/e2e/doctor-steps.test.ts).
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import { repository } from "../program.ts"
import {
  at,
  builder,
  type Case,
  containerd,
  docker,
  doctor,
  drop,
  file,
  follow,
  info,
  place,
  program,
  set,
  write
} from "./steps.ts"

const cases: ReadonlyArray<Case> = [
  ["settings", "off", set("DOCKER_SHIM_DISABLE", "1")],
  ["settings", "misspelt", set("DOCKER_SHIM_CACHEDIR", "/x"), drop("DOCKER_SHIM_CACHEDIR")],
  ["settings", "nearly a setting", set("WORKSPACE_DIRS", "/x"), drop("WORKSPACE_DIRS")],
  ["settings", "not accepted", set("DOCKER_SHIM_CACHE", "maybe"), drop("DOCKER_SHIM_CACHE")],
  ["settings", "the machine's may be written by others", () => {
    place.before += " users=$(cat /etc/passwd); mount -t tmpfs none /etc; echo \"$users\" > /etc/passwd; "
      + "echo DOCKER_SHIM_QUIET=off > /etc/docker-shim.env; "
      + "chown 12345 /etc/docker-shim.env; chmod 666 /etc/docker-shim.env;"
  }, (step) => void (place.before += ` ${step};`)],
  ["settings", "the machine's are no file", () => {
    place.before += " mount -t tmpfs none /etc; mkdir /etc/docker-shim.env;"
  }, (step) => {
    assert.include(step, "replace /etc/docker-shim.env by a file that belongs to root")
    place.before += " rmdir /etc/docker-shim.env; echo DOCKER_SHIM_QUIET=off > /etc/docker-shim.env;"
  }],
  ["PATH", "too late", () => {
    place.env["PATH"] = `${at}/real:${place.env["PATH"] ?? ""}`
  }],
  ["plugins", "hidden by a directory", () => {
    fs.rmSync(file("home/.docker/cli-plugins/docker-compose"))
    fs.mkdirSync(file("home/.docker/cli-plugins/docker-compose"))
  }, () => {
    fs.rmdirSync(file("home/.docker/cli-plugins/docker-compose"))
    fs.symlinkSync(program, file("home/.docker/cli-plugins/docker-compose"))
  }],
  ["docker", "too old", () => write("state/version", "19.3.1"), () => write("state/version", "20.10.24")],
  ["docker", "does not run", () => write("real/docker", "#!/bin/sh\nexit 9\n", 0o755), () => {
    write("other/docker", docker(), 0o755)
    place.env["DOCKER_SHIM_REAL_DOCKER"] = file("other/docker")
  }],
  ["docker", "not there", () => {
    fs.rmSync(file("real/docker"))
    fs.mkdirSync(file("bin"))
    for (const name of ["node", "cat", "sed"]) {
      fs.symlinkSync(name === "node" ? process.execPath : `/bin/${name}`, file(`bin/${name}`))
    }
    place.before += ` PATH=${at}/shims:${at}/real:${at}/bin;`
  }, () => write("real/docker", docker(), 0o755)],
  ["compose", "too old", () => write("state/info", info({}, undefined, "v2.1.1")), () => write("state/info", info())],
  ["compose", "nothing but the shim", () => {
    fs.rmSync(file("home/.docker/cli-plugins/docker-compose"))
    fs.symlinkSync(program, file("home/.docker/cli-plugins/docker-compose"))
  }, () => {
    write("real/docker-compose", "#!/bin/sh\n", 0o755)
    place.env["DOCKER_SHIM_REAL_COMPOSE"] = file("real/docker-compose")
  }],
  ["compose", "not there", () => fs.rmSync(file("home/.docker/cli-plugins/docker-compose")), () => {
    write("home/.docker/cli-plugins/docker-compose", "#!/bin/sh\n", 0o755)
  }],
  ["buildx", "not there", () => write("state/info", info({}, ["compose"])), () => write("state/info", info())],
  ["buildx", "too old", () => write("state/info", info({}, undefined, "v0.5.0")), () => write("state/info", info())],
  ["daemon", "may not be used", () => {
    write("state/down", "permission denied while trying to connect")
    write("state/info", "{}")
  }, (step) => {
    assert.match(step, /^run this as root, or /)
    fs.rmSync(file("state/down"))
    write("state/info", info())
  }],
  ["daemon", "does not answer", () => {
    write("state/down", "Cannot connect to the Docker daemon")
    write("state/info", "{}")
  }, () => {
    fs.rmSync(file("state/down"))
    write("state/info", info())
  }],
  ["image store", "classic", () => write("state/info", info({ Driver: "overlay2", DriverStatus: [] })), () => {
    write("state/info", info())
  }],
  [
    "builder",
    "of the classic store",
    () => write("state/buildx", builder),
    () => write("state/buildx", builder + containerd)
  ],
  ["builder", "no longer there", () => {
    write("real/docker", docker("\"buildx inspect\") echo 'no builder \"gone\" found' >&2; exit 1 ;;"), 0o755)
    place.env["BUILDX_BUILDER"] = "gone"
  }],
  ["builder", "legacy", set("DOCKER_BUILDKIT", "0")]
]

/** Files with a row for each finding, which begins with the finding's part. */
const tables = [
  "shell/doctor/NextSteps",
  "shell/doctor/NextStepsOfDaemon",
  "shell/doctor/NextStepsOfCache",
  "e2e/doctor-steps"
]

/** Parts that a file's `Finding.warn(part, …)` stands for. */
const variable: Readonly<Record<string, ReadonlyArray<string>>> = {
  "ProgramsCheck.ts": ["docker", "compose", "buildx"],
  "ReadDirectories.ts": ["cache read dirs"]
}

/** Findings that take a real engine, each with the test that does its step. */
const elsewhere: Readonly<Record<string, string>> = { WORKSPACE_DIR: "e2e/own-mounts" }

const testOf = (name: string): string => fs.readFileSync(path.join(repository, `test/${name}.test.ts`), "utf8")

describe("a finding's next step makes its line green", () => {
  it("all is green to begin with, but for the installation's plugin", async () => {
    const found = (await doctor()).filter(({ part, state }) => state !== "ok" && part !== "plugins")
    assert.deepStrictEqual(found, [])
  })

  it("no finding lacks a row", () => {
    const sources = path.join(repository, "src/shell/doctor")
    const parts = fs.readdirSync(sources).flatMap((name) =>
      [...fs.readFileSync(path.join(sources, name), "utf8").matchAll(/Finding\.(?:warn|fail)\(\s*(?:"([^"]+)"|part)/g)]
        .flatMap(([, part]) => part ?? variable[name] ?? assert.fail(name))
    )
    const rows = tables.flatMap((name) => [...testOf(name).matchAll(/^ +\[\s*"([\w' ]+)",/gm)].map(([, part]) => part))
    const times = (all: ReadonlyArray<string | undefined>, part: string): number =>
      all.filter((one) => one === part).length
    const lacking = [...new Set(parts)].filter((part) =>
      part in elsewhere
        ? !testOf(elsewhere[part] ?? "").includes(part)
        : times(rows, part) < times(parts, part)
    )
    assert.isAbove(parts.length, 40)
    assert.deepStrictEqual(lacking, [])
  })

  follow(cases)
})
