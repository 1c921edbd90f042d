/**
 * What Compose is given to read on its standard input, wherever that can be kept meanwhile.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { run, shimDirectory } from "../program.ts"

const base = shimDirectory("docker", "docker-compose")
afterAll(base.remove)

const model = "{\"name\":\"app\",\"services\":{\"web\":{\"image\":\"web\"}}}"
const at = (name: string): string => path.join(base.directory, name)
const compose = `#!/bin/sh
case " $* " in
  *version*) echo 2.40.3 ;;
  *" config "*) cat > /dev/null; printf '${model}' ;;
  *) echo ran; cat ;;
esac
`
fs.mkdirSync(at(".docker/cli-plugins"), { recursive: true })
fs.mkdirSync(at("full"))
fs.writeFileSync(at(".docker/cli-plugins/docker-compose"), compose, { mode: 0o755 })
fs.writeFileSync(at("real"), `#!/bin/sh\nshift\nexec ${at(".docker/cli-plugins/docker-compose")} "$@"\n`, {
  mode: 0o755
})
fs.writeFileSync(at("project.yaml"), `services: {web: {image: web}}\n# ${"x".repeat(100_000)}\n`)

const full = (directory: string) =>
  `mount -t tmpfs -o size=4k tmpfs ${directory} && head -c 4096 /dev/zero > ${directory}/x`
const situations: ReadonlyArray<readonly [string, string, Readonly<Record<string, string>>]> = [
  ["TMPDIR is missing", "true", { TMPDIR: "/no/such/directory" }],
  ["TMPDIR is full", full(at("full")), { TMPDIR: at("full") }],
  ["TMPDIR is another user's", `chown 12345 ${at("full")}`, { TMPDIR: at("full") }],
  [
    "no place has room",
    `mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && ${[at("full"), "/dev/shm"].map(full).join(" && ")}`,
    { TMPDIR: at("full") }
  ]
]

describe.each([["docker compose", at("docker"), ["compose"]], ["docker-compose", at("docker-compose"), []]] as const)(
  "%s -f - < project.yaml",
  (_, file, words) => {
    it.each(situations)("works where %s", async (_name, prepare, env) => {
      for (const command of [["up"], ["ps"], ["down"]]) {
        const script = `${prepare} && exec "$@" < ${at("project.yaml")}`
        const ran = await run("unshare", [
          ...["--mount", "--propagation", "private", "sh", "-c", script, "sh"],
          file,
          ...words,
          ...["-f", "-", ...command]
        ], {
          cwd: base.directory,
          env: {
            PATH: `/usr/local/bin:/usr/bin:/bin:${path.dirname(process.execPath)}`,
            HOME: base.directory,
            DOCKER_SHIM_REAL_DOCKER: at("real"),
            DOCKER_SHIM_REAL_DOCKER_COMPOSE: at(".docker/cli-plugins/docker-compose"),
            DOCKER_SHIM_CACHE: "off",
            HELIX_TASK_NUMBER: "7",
            ...env
          }
        })
        assert.deepStrictEqual([ran.code, ran.stderr], [0, ""], command.join())
        assert.strictEqual(ran.stdout, `ran\n${fs.readFileSync(at("project.yaml"), "utf8")}`)
      }
    })
  }
)
