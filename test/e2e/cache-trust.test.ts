/**
 * Sharing without trust, by the commands that docs/operate/hydra.md names: a directory for each scope, and one that only a
 * trusted job writes. An attacker, who is root in a session, does to each directory that he has what he can.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { generations, run } from "../shell/program.ts"

interface Mount {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

describeReal.each(generations)("scopes of the cache, with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let root: string
  beforeAll(async () => {
    shared = await Shared.create()
    root = path.join(path.dirname(shared.cache), "machine")
    for (const scope of ["trusted", "team-a", "team-b"]) {
      await onMachine("cache", "init", "--root", root, "--scope", scope)
    }
    await onMachine("cache", "init", "--root", root)
  })
  afterAll(() => shared.stop())

  const onMachine = async (...words: ReadonlyArray<string>): Promise<string> => {
    const { code, stderr, stdout } = await run(path.join(shared.shim, "docker-shim"), words, {
      env: { PATH: process.env["PATH"] }
    })
    assert.strictEqual(code, 0, stderr)
    return stdout
  }
  /** A session with the mounts and the variable that the machine's command prints. */
  const start = async (...words: ReadonlyArray<string>): Promise<Session> => {
    const all = ["mounts", "--root", root, ...words]
    const mounts = JSON.parse(await onMachine(...all, "--json")) as ReadonlyArray<Mount>
    const [, name = "", value = ""] = /^variable +(\w+)=(.*)$/m.exec(await onMachine(...all)) ?? []
    return shared.start({
      suite,
      withoutCache: true,
      mounts: mounts.map((mount) => ({ ...mount, seenBy: "client" as const })),
      env: name === "" ? {} : { [name]: value }
    })
  }
  /** Builds `app` and gives what its random step left, and how many steps ran. */
  const build = async (session: Session, tag = "app"): Promise<{ readonly stamp: string; readonly ran: number }> => {
    const files = session.workspace?.files ?? assert.fail("no workspace")
    fs.mkdirSync(path.join(files, "app"), { recursive: true })
    fs.writeFileSync(
      path.join(files, "app/Dockerfile"),
      "FROM bb\nRUN head -c 16 /dev/urandom | md5sum > /stamp\nRUN head -c 9 /dev/urandom > /more\n"
    )
    const { code, stderr } = await Shared.docker(shared, session, ["build", "-t", tag, "app"], {
      env: { BUILDKIT_PROGRESS: "plain" }
    })
    assert.strictEqual(code, 0, stderr)
    assert.deepStrictEqual(stderr.split("\n").filter((line) => line.startsWith("docker-shim:")), [])
    const { cached, steps } = Shared.stepsOf(stderr)
    assert.strictEqual(steps, 2)
    return { stamp: (await session.docker(["run", "--rm", tag, "cat", "/stamp"])).trim(), ran: steps - cached }
  }
  const directory = (scope?: string): string =>
    path.join(root, scope === undefined ? "buildkit-cache" : `buildkit-cache-${scope}`)

  it("one directory for all is poisoned by whoever may write it, also without the shim from then on", async () => {
    const first = await start()
    const second = await start()
    await build(first)
    poison(directory(), "app")
    assert.deepStrictEqual(await build(second), { stamp: "poison", ran: 0 })
    // the daemon has it as its own by now
    const { stderr } = await Shared.docker(shared, second, ["build", "-t", "app", "app"], {
      env: { BUILDKIT_PROGRESS: "plain", DOCKER_SHIM_CACHE: "off" }
    })
    assert.strictEqual(Shared.stepsOf(stderr).cached, 2)
    await Shared.docker(shared, second, ["build", "--no-cache", "-t", "app", "app"])
    assert.notStrictEqual(await second.docker(["run", "--rm", "app", "cat", "/stamp"]), "poison")
  })

  it("each scope hits the trusted one, and an attacker changes neither that nor another's", async () => {
    const job = await start("--scope", "trusted")
    const attacker = await start("--scope", "team-a", "--read-dirs", "trusted")
    const victim = await start("--scope", "team-b", "--read-dirs", "trusted")
    const { stamp } = await build(job)
    assert.deepStrictEqual(await build(attacker), { stamp, ran: 0 })

    // poison: his own directory he can
    poison(directory("team-a"), "app")
    const trusted = snapshot(directory("trusted"))
    // poison, delete, fill, starve: what he only reads he cannot, although he is root
    const refused = [
      "echo '{}' > /buildkit-cache-trusted/app/index.json",
      "rm -r /buildkit-cache-trusted/app",
      "mkdir /buildkit-cache-trusted/.leases/mine",
      "head -c 9 /dev/zero > /buildkit-cache-trusted/.blobs/sha256/more",
      "touch /buildkit-cache-trusted/.collecting"
    ]
    for (const command of refused) {
      const { code, stderr } = await attacker.run("sh", ["-c", command])
      assert.notStrictEqual(code, 0, command)
      assert.match(stderr, /Read-only file system/, command)
    }
    // starve: a lease in his own that never ends
    const own = await attacker.run("sh", [
      "-c",
      "mkdir /buildkit-cache/.leases/mine && echo app > /buildkit-cache/.leases/mine/started"
    ])
    assert.strictEqual(own.code, 0, own.stderr)
    assert.deepStrictEqual(snapshot(directory("trusted")), trusted)

    assert.deepStrictEqual(await build(victim), { stamp, ran: 0 })
    // read another's: there is nothing of another scope's in his file system
    assert.deepStrictEqual(
      (await attacker.run("sh", ["-c", "cd / && ls -d buildkit-cache*"])).stdout.split("\n"),
      ["buildkit-cache", "buildkit-cache-trusted", ""]
    )
    const victims = await build(victim, "private")
    assert.strictEqual(victims.stamp, stamp)
    const listed = await attacker.run("sh", ["-c", "ls -A /buildkit-cache /buildkit-cache-trusted"])
    assert.notInclude(listed.stdout, "private")
    assert.include(fs.readdirSync(directory("team-b")), "private")

    const collected = await Shared.docker(shared, victim, ["cache", "prune", "--force", "--max-size", "0"], {
      file: "docker-shim"
    })
    assert.strictEqual(collected.code, 0, collected.stderr)
    assert.deepStrictEqual(fs.readdirSync(directory("team-b")).filter((name) => !name.startsWith(".")), [])
    assert.deepStrictEqual(snapshot(directory("trusted")), trusted)
    assert.deepStrictEqual(fs.readdirSync(directory("trusted")).filter((name) => !name.startsWith(".")), ["app"])
    const doctor = await Shared.docker(shared, victim, ["doctor", "--json"], { file: "docker-shim" })
    const { findings } = JSON.parse(doctor.stdout) as { readonly findings: ReadonlyArray<Record<string, string>> }
    const read = findings.find(({ part }) => part === "cache read dirs")
    assert.strictEqual(read?.["state"], "ok")
    assert.match(read?.["evidence"] ?? "", /^\/buildkit-cache-trusted, owner 0:0, mode 0755, 1 entry$/)
  })
})

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex")

interface Descriptor {
  digest: string
  size: number
  annotations?: Record<string, string>
}

/** Puts a layer of the attacker's behind the step that a build's digests name: each digest is right, and the file is his. */
const poison = (cache: string, key: string): void => {
  const store = path.join(cache, ".blobs/sha256")
  const put = (content: Buffer): Pick<Descriptor, "digest" | "size"> => {
    fs.writeFileSync(path.join(store, sha256(content)), content)
    return { digest: `sha256:${sha256(content)}`, size: content.length }
  }
  const take = (digest: string): string => fs.readFileSync(path.join(store, digest.replace("sha256:", "")), "utf8")
  const file = path.join(cache, key, "index.json")
  const index = JSON.parse(fs.readFileSync(file, "utf8")) as { readonly manifests: ReadonlyArray<Descriptor> }
  const [named = assert.fail("no manifest")] = index.manifests
  const manifest = JSON.parse(take(named.digest)) as {
    layers?: Array<Descriptor>
    manifests?: Array<Descriptor>
    config?: Descriptor
  }
  const tar = tarOf("stamp", "poison\n")
  const layer = put(gzipSync(tar))
  const layers = manifest.layers ?? manifest.manifests ?? assert.fail("no layers")
  const descriptorOfConfig = manifest.config ?? layers.find((one) => take(one.digest).startsWith("{")) ??
    assert.fail("no config")
  const config = JSON.parse(take(descriptorOfConfig.digest)) as {
    readonly layers: ReadonlyArray<{ blob: string; annotations?: { diffID?: string; size?: number } }>
  }
  // the layer of the first step is the one upon the base's
  const changed = config.layers.filter((one) => isOfStep(store, one.blob))
  assert.isAbove(changed.length, 0)
  for (const one of changed) {
    const before = one.blob
    one.blob = layer.digest
    if (one.annotations !== undefined) {
      Object.assign(one.annotations, { diffID: `sha256:${sha256(tar)}`, size: layer.size })
    }
    for (const descriptor of layers.filter(({ digest }) => digest === before)) {
      Object.assign(descriptor, layer)
      if (descriptor.annotations !== undefined) {
        descriptor.annotations["containerd.io/uncompressed"] = `sha256:${sha256(tar)}`
      }
    }
  }
  Object.assign(descriptorOfConfig, put(Buffer.from(JSON.stringify(config))))
  Object.assign(named, put(Buffer.from(JSON.stringify(manifest))))
  fs.rmSync(file)
  fs.writeFileSync(file, JSON.stringify(index))
}

/** Whether a layer is small and has the file that the first step writes. */
const isOfStep = (store: string, digest: string): boolean => {
  const file = path.join(store, digest.replace("sha256:", ""))
  return fs.statSync(file).size < 1_000 && unzipped(file).includes("stamp")
}

const unzipped = (file: string): Buffer => gunzipSync(fs.readFileSync(file))

/** A tar archive of one file: POSIX ustar. */
const tarOf = (name: string, content: string): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write("0000644\0", 100)
  header.write("0000000\0", 108)
  header.write("0000000\0", 116)
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124)
  header.write("00000000000\0", 136)
  header.write("        ", 148)
  header.write("0", 156)
  header.write("ustar\x0000", 257)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148)
  const body = Buffer.alloc(512)
  body.write(content)
  return Buffer.concat([header, body, Buffer.alloc(1024)])
}

/** Names, contents and modes of all that is below. */
const snapshot = (directory: string): ReadonlyArray<string> =>
  fs.readdirSync(directory, { recursive: true, encoding: "utf8" }).sort().map((name) => {
    const file = path.join(directory, name)
    const stat = fs.lstatSync(file)
    return `${name} ${stat.mode.toString(8)} ${stat.isFile() ? sha256(fs.readFileSync(file)) : ""}`
  })
