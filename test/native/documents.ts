/**
 * All documents that the shim reads, each as the commands find it that read it, and ways to damage one. For
 * `Fuzz.test.ts`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Store from "../shell/cache/store.ts"

/** A document, and a command that reads it. */
export interface Document {
  /** Where it is, in the place; the first file there, where it is a directory. */
  readonly file: string
  readonly command: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** Runs the command, its `"$@"`, in the place `$PLACE`. */
  readonly script?: string
}

const up = ["docker", "compose", "up", "-d"]
const build = ["docker", "build", "-t", "app", "."]
const own = (...words: ReadonlyArray<string>) => ["docker-shim", ...words]
const memory = "home/.cache/docker-shim"
const context = "home/.docker/contexts/meta/2c63e7b1a0e3e5e6e2a2b6f5b5f5a5e5d5c5b5a595857565554535251504f4e4d/meta.json"

export const documents: ReadonlyArray<Document> = [
  { file: "answers/config.json", command: up },
  { file: "answers/inspect", command: build },
  { file: "answers/info", command: build },
  { file: "work/compose.yaml", command: ["docker", "compose", "ps"] },
  { file: "work/compose.yaml", command: [...up, "-f", "-"], script: "\"$@\" < compose.yaml" },
  { file: "work/.env", command: up },
  { file: "work/Dockerfile", command: build },
  { file: "work/.dockerignore", command: build },
  { file: "home/.docker/config.json", command: build },
  { file: context, command: ["docker", "--context", "remote", "run", "-v", "./src:/src", "web"] },
  { file: "home/.docker/buildx/current", command: build },
  { file: "home/.docker/buildx/instances/one", command: ["docker", "buildx", "build", "--builder", "one", "."] },
  { file: "cache/app%3Alatest/index.json", command: build },
  { file: "cache/app%3Alatest/index.json", command: own("cache", "ls") },
  { file: "cache/.blobs/sha256", command: own("cache", "verify") },
  { file: "cache/.blobs/sha256", command: build },
  { file: `${memory}/probes`, command: build },
  { file: `${memory}/models`, command: up },
  { file: `${memory}/names`, command: ["docker", "compose", "exec", "web", "sh"] },
  { file: "answers/config.json", command: own("explain", "--json", "--", ...up) },
  {
    file: "machine.env",
    command: ["docker", "run", "-v", "./src:/src", "web"],
    script:
      "exec unshare --mount sh -c 'mount -t tmpfs none /etc && cp \"$PLACE/machine.env\" /etc/docker-shim.env && exec \"$@\"' sh \"$@\""
  },
  { file: "words", command: ["docker"], script: "tr '\\n' '\\0' < \"$PLACE/words\" | xargs -0 \"$@\"" },
  {
    file: "mapping",
    command: ["docker", "run", "-v", "./src:/src", "web"],
    script: "DOCKER_SHIM_PATH_MAP=$(tr -d '\\0' < \"$PLACE/mapping\") \"$@\""
  }
]

const model = (place: string) => ({
  name: "shop",
  services: {
    web: {
      image: "web:1.2",
      build: { context: `${place}/work`, dockerfile: "Dockerfile", args: { A: "1" }, target: "run" },
      volumes: [{ type: "bind", source: `${place}/work/src`, target: "/src", bind: { create_host_path: true } }],
      secrets: [{ source: "key" }]
    }
  },
  secrets: { key: { file: `${place}/work/key` } },
  volumes: { data: { driver_opts: { type: "none", o: "bind", device: `${place}/work/data` } } }
})

/** A real docker that answers from files, and takes no notice of anything else. */
const fake = `#!/bin/sh
case " $* " in
  *" config "*) exec cat "$PLACE/answers/config.json" ;;
  *" inspect "*) exec cat "$PLACE/answers/inspect" ;;
  *" info "*|*" version "*|*" --version "*) exec cat "$PLACE/answers/info" ;;
  *" --help "*) exit 1 ;;
esac
`

/** Makes all documents as they should be, in a place; `remove` takes away what is elsewhere. */
export const make = (place: string): void => {
  const write = (file: string, text: string, mode = 0o644): void => {
    fs.mkdirSync(path.dirname(path.join(place, file)), { recursive: true })
    fs.writeFileSync(path.join(place, file), text, { mode })
  }
  write("bin/docker", fake, 0o755)
  write("home/.docker/cli-plugins/docker-compose", fake, 0o755)
  write("answers/config.json", JSON.stringify(model(place), null, 2))
  write(
    "answers/inspect",
    "Name: default\nDriver: docker\nNodes:\nName: default\nEndpoint: default\nStatus: running\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\n"
  )
  write(
    "answers/info",
    "{\"Server\":{\"Version\":\"28.5.2\",\"ApiVersion\":\"1.51\"},\"DriverStatus\":[[\"driver-type\",\"io.containerd.snapshotter.v1\"]]}\n"
  )
  write(
    "work/compose.yaml",
    // only a long file's name is remembered
    `name: shop\nservices:\n  web: &w\n    image: web\n    volumes: ['./src:/src']\n  two: {<<: *w, env_file: .env}\n${
      "# x\n".repeat(5_000)
    }`
  )
  write("work/.env", "COMPOSE_PROJECT_NAME=shop\nA='b c'\nB=\"${A}\\n\"\n")
  write(
    "work/Dockerfile",
    "# syntax=docker/dockerfile:1\nFROM a AS base\nRUN --mount=type=cache,target=/c x\nFROM base AS run\nCOPY --from=base /a /b\n"
  )
  write("work/.dockerignore", "*.md\n!README.md\nsrc/**/x?\n")
  write(
    "home/.docker/config.json",
    "{\"currentContext\":\"default\",\"proxies\":{},\"aliases\":{\"builder\":\"buildx\"},\"plugins\":{}}"
  )
  write(context, "{\"Name\":\"remote\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///x.sock\"}}}")
  write("home/.docker/buildx/current", "{\"Key\":\"unix:///var/run/docker.sock\",\"Name\":\"\",\"Global\":false}")
  write(
    "home/.docker/buildx/instances/one",
    "{\"Name\":\"one\",\"Driver\":\"docker-container\",\"Nodes\":[{\"Name\":\"one0\",\"Endpoint\":\"unix:///x.sock\"}]}"
  )
  write("machine.env", "# of root\nWORKSPACE_DIR=/data/w\nDOCKER_SHIM_QUIET=1\n")
  write("words", "run\n-v\n./a:/b:ro\n--mount\ntype=bind,\"src=./a,b\",dst=/c\n--device=/dev/x:/dev/y\nweb\n-v\nx\n")
  write("mapping", "/home/a=/data/a;/home=/data")
  const store = Store.make()
  store.publish("app%3Alatest", ["one", "two"])
  fs.cpSync(store.directory, path.join(place, "cache"), { recursive: true, verbatimSymlinks: true })
  store.remove()
}

/** Pseudo-random whole numbers below a limit, the same for a seed (mulberry32). */
export const chance = (seed: number) => {
  let state = seed
  return (limit: number): number => {
    state = state + 0x6d2b79f5 | 0
    let mixed = Math.imul(state ^ state >>> 15, 1 | state)
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
    return ((mixed ^ mixed >>> 14) >>> 0) % limit
  }
}

const strange = [
  "\0",
  "\n",
  "\"",
  "'",
  "\\",
  "${",
  "\u{1F40B}",
  "\ufeff",
  "1e999",
  "-9007199254740993",
  "null",
  "{}",
  "[]",
  "__proto__",
  "\\ud800",
  "../../..",
  "&a *a",
  "!!binary x",
  "[".repeat(50_000),
  "{\"a\":".repeat(20_000),
  "- ".repeat(5_000),
  "x".repeat(300_000),
  "(a+)+$"
].map((text) => Buffer.from(text))

/** A document with a few things wrong. */
export const damage = (content: Buffer, random: (limit: number) => number): Buffer => {
  let damaged = content
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const [at, length] = [random(damaged.length + 1), random(20)]
    const [before, after] = [damaged.subarray(0, at), damaged.subarray(at)]
    const some = strange[random(strange.length)] ?? before
    damaged = [
      () => Buffer.concat([before, Buffer.from([random(256)]), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, some, after]),
      () => Buffer.concat([before, some, after.subarray(length)]),
      () => Buffer.concat([before, before.subarray(-length), after]),
      () => before
    ][random(6)]?.() ?? damaged
  }
  return damaged
}
