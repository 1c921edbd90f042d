/**
 * What builds import from a registry, by what a docker says of it: one that answers, one that fails, and one that hangs.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, describe, it } from "vitest"
import { run, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker")
const real = path.join(shim.directory, "docker.real")
const calls = path.join(shim.directory, "calls")
const named = path.join(shim.directory, "named")
const config = path.join(shim.directory, "config")
const info = "Driver: docker-container\nStatus: running\n"
fs.mkdirSync(path.join(config, "cli-plugins"), { recursive: true })
fs.writeFileSync(path.join(config, "cli-plugins/docker-buildx"), "#!/bin/sh\n", { mode: 0o755 })
fs.writeFileSync(path.join(shim.directory, "Dockerfile"), "FROM a\n")
afterAll(shim.remove)

/** A docker that does this when it is asked for `$REF`, the `$N`th reference, or has to name one. */
const answering = (answer: string, naming = "exit 0", built = ":"): void => {
  fs.rmSync(named, { force: true })
  fs.rmSync(calls, { force: true })
  fs.writeFileSync(
    real,
    `#!/bin/sh
case "$*" in
  *create*) echo "$*" >> ${named}; ${naming};;
  *imagetools*) for REF; do :; done; echo "$REF" >> ${calls}; N=$(wc -l < ${calls}); ${answer};;
  *inspect*) printf '${info.replaceAll("\n", "\\n")}';;
  --version) echo "Docker version 28.5.2, build x";;
  *) echo "$*"; ${built};;
esac
`,
    { mode: 0o755 }
  )
}

const file = path.join(shim.directory, "docker")
const words = ["build", "-t", "app:1", "."]
const options = {
  cwd: shim.directory,
  env: {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/dev/null/x",
    DOCKER_CONFIG: config,
    DOCKER_HOST: "unix:///nobody",
    DOCKER_SHIM_CACHE_BACKEND: "registry:host/cache"
  }
}

const build = async (answer: string, naming?: string, built?: string) => {
  answering(answer, naming, built)
  const started = Date.now()
  const { code, stderr, stdout } = await run(file, words, options)
  assert.strictEqual(code, 0, stderr)
  const asked = fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").trim().split("\n") : []
  const [, from] = /--cache-from=type=registry,ref=([^\s",]+)/.exec(stdout) ?? []
  const exported = [...stdout.matchAll(/--cache-to=type=registry,ref=([^\s",]+)/g)].map(([, ref]) => ref)
  const names = fs.existsSync(named) ? fs.readFileSync(named, "utf8").trim().split("\n") : []
  return { asked, from, exported, names, stderr, elapsed: Date.now() - started }
}
const absent = "echo \"ERROR: $REF: not found\" >&2; exit 1"

describe("RegistryProbe", () => {
  it("takes the own entry without asking for others", async () => {
    const { asked, exported, from } = await build("exit 0")
    assert.deepStrictEqual([asked, [from]], [exported, exported])
  })

  it("takes the nearest that is there, and nothing where none is", async () => {
    const { asked, exported, from } = await build(`[ "$N" -gt 1 ] || { ${absent}; }; exit 0`)
    assert.deepStrictEqual([asked[0], asked.indexOf(from ?? "") > 0], [exported[0], true])
    const none = await build(absent)
    assert.deepStrictEqual([none.from, new Set(none.asked).size], [undefined, 3])
    assert.strictEqual(none.stderr, "")
  })

  it("takes the key's where docker does not tell, and says why once", async () => {
    const { exported, from, names, stderr } = await build("echo 'ERROR: failed to do request: refused' >&2; exit 1")
    assert.deepStrictEqual([[from], names], [exported, []])
    assert.match(
      stderr,
      /^docker-shim: build cache of new tags is not shared: .*\(failed to do request: refused\); see [^\n]*\n$/
    )
  })

  it.each(["SIGINT", "SIGTERM"] as const)("ends by %s while a registry does not answer", async (signal) => {
    answering("exec sleep 60")
    const child = spawn(file, words, { ...options, stdio: "ignore" })
    const ended = once(child, "close")
    while (!fs.existsSync(calls)) await sleep(10)
    child.kill(signal)
    assert.deepStrictEqual(await ended, [null, signal])
  })

  it("does not keep a build waiting for a registry that hangs", async () => {
    const { elapsed, exported, from, stderr } = await build("sleep 60")
    assert.deepStrictEqual([from], exported)
    assert.match(stderr, /\(no answer within 3 s\)/)
    assert.isBelow(elapsed, 15_000)
  })

  const stored =
    "while [ $# -gt 0 ]; do case $1 in --metadata-file=*) echo '{\"cache.manifest\":1}' > ${1#*=};; esac; shift; done"

  it("names what the build stored, and says once where it cannot", async () => {
    const { asked, exported: [own = ""], names, stderr } = await build(absent, "exit 0", stored)
    const others = asked.filter((one) => one !== own)
    assert.deepStrictEqual(names, [
      `buildx imagetools create --prefer-index=false ${others.map((one) => `--tag ${one}`).join(" ")} ${own}`
    ])
    assert.strictEqual(stderr, "")
    const refused = await build(absent, "echo 'ERROR: denied' >&2; exit 1", stored)
    assert.match(
      refused.stderr,
      /^docker-shim: .* docker cannot name host\/cache\/app:[0-9a-f]+ \(denied\); see [^\n]*\n$/
    )
    const late = await build(absent, "sleep 60", stored)
    assert.match(late.stderr, /\(no answer within 3 s\)/)
    assert.isBelow(late.elapsed, 15_000)
  })

  it("names with a buildx that lacks the flag", async () => {
    const older = "case \"$*\" in *--prefer-index*) echo 'unknown flag: --prefer-index' >&2; exit 125;; esac; exit 0"
    const { names, stderr } = await build(absent, older, stored)
    assert.lengthOf(names, 2)
    assert.notInclude(names[1], "prefer-index")
    assert.strictEqual(stderr, "")
  })
})
