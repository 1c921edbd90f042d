/**
 * The next steps of findings about the shared cache, done: see NextSteps.test.ts.
 */
import * as fs from "node:fs"
import { assert, describe } from "vitest"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as Store from "../cache/store.ts"
import { type Case, docker, drop, file, follow, mounted, place, set, write } from "./steps.ts"

/** A file system of a size at the cache's place. */
const tmpfs = (size: string): string => `mount -t tmpfs -o size=${size} none ${file("buildkit-cache")};`

/** Makes docker say something of a registry. */
const answering = (text: string): void => {
  write("real/docker", docker(`"buildx imagetools"*) echo "ERROR: ${text}" >&2; exit 1 ;;`), 0o755)
}

const cases: ReadonlyArray<Case> = [
  ["cache", "not there", () => {
    fs.rmSync(file("buildkit-cache"), { recursive: true })
    place.before = ""
  }],
  ["cache", "its store is a file", () => {
    fs.rmSync(file("buildkit-cache/.blobs"), { recursive: true })
    write("buildkit-cache/.blobs", "")
  }],
  ["cache mount", "none", () => void (place.before = ""), () => {
    place.before = mounted()
  }],
  ["cache places", "a link where a directory is to be", () => {
    fs.rmSync(file("buildkit-cache/.leases"), { recursive: true })
    fs.symlinkSync("/tmp", file("buildkit-cache/.leases"))
  }],
  ["cache entries", "damaged", () => write("buildkit-cache/shop/index.json", "{")],
  ["cache leases", "stale", () => {
    CacheLease.take(file("buildkit-cache"), "dead", ["shop"])
    const old = Date.now() / 1000 - CacheLease.staleAfter / 1000 - 60
    fs.utimesSync(file("buildkit-cache/.leases/dead/alive"), old, old)
  }],
  ["cache size", "over its limit", () => {
    write(`buildkit-cache/.blobs/sha256/${"a".repeat(64)}`, "0123456789")
    const old = Date.now() / 1000 - 86_400
    fs.utimesSync(file(`buildkit-cache/.blobs/sha256/${"a".repeat(64)}`), old, old)
    place.env["DOCKER_SHIM_CACHE_MAX_SIZE"] = "9B"
  }],
  ["cache read dirs", "not there", set("DOCKER_SHIM_CACHE_READ_DIRS", "/no/such"), drop("DOCKER_SHIM_CACHE_READ_DIRS")],
  ["cache read dirs", "may be written", () => {
    fs.mkdirSync(file("trusted"))
    place.env["DOCKER_SHIM_CACHE_READ_DIRS"] = file("trusted")
  }, () => {
    place.before += ` mount --bind ${file("trusted")} ${file("trusted")}; mount -o remount,bind,ro ${file("trusted")};`
  }],
  ["cache", "another user's", () => {
    place.isRoot = false
  }],
  ["cache", "another user's, of another name", () => {
    fs.mkdirSync(file("shared"), { mode: 0o755 })
    place.isRoot = false
    place.env["DOCKER_SHIM_CACHE_DIR"] = file("shared")
  }],
  ["cache", "may not be read", () => {
    fs.chmodSync(file("buildkit-cache"), 0o700)
    place.isRoot = false
  }],
  ["cache", "a file", () => {
    write("shared", "")
    place.env["DOCKER_SHIM_CACHE_DIR"] = file("shared")
  }, () => {
    fs.rmSync(file("shared"))
    fs.mkdirSync(file("shared"))
  }],
  ["cache", "no room", () => void (place.before = tmpfs("1m")), (step) => {
    assert.match(step, /^free disk space/)
    place.before = tmpfs("2g")
  }],
  ["cache", "a registry that docker cannot ask", () => {
    place.env["DOCKER_SHIM_CACHE_BACKEND"] = "registry:registry.example/cache"
    answering("connection refused")
  }, () => answering("registry.example/cache/docker-shim-doctor:none: not found")],
  ["cache space", "little", () => void (place.before = tmpfs("900m")), () => void (place.before = tmpfs("2g"))],
  ["cache places", "may not be read", () => {
    fs.chmodSync(file("buildkit-cache"), 0o777)
    fs.mkdirSync(file("buildkit-cache/.leases"), { recursive: true })
    fs.chmodSync(file("buildkit-cache/.leases"), 0o700)
    place.isRoot = false
  }],
  ["cache entries", "may not be read", () => {
    const store = file("buildkit-cache/.blobs/sha256")
    fs.mkdirSync(store, { recursive: true })
    fs.chmodSync(store, 0o311)
    place.isRoot = false
  }],
  ["cache entries", "one may not be read", () => {
    const store = Store.make()
    store.publish("shop", ["one"])
    fs.cpSync(store.directory, file("buildkit-cache"), { recursive: true, verbatimSymlinks: true })
    store.remove()
    fs.chmodSync(file("buildkit-cache/shop/index.json"), 0o600)
    place.isRoot = false
  }]
]

describe("a finding's next step makes its line green", () => follow(cases))
