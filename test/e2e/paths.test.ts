/**
 * That a container gets the files which the user sees: with a real engine that has the user's directory at another
 * path, and an empty directory where the user has it.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { generations, shimDirectory } from "../shell/program.ts"

const work = "/home/retro/work"
const data = "/data/workspaces/ses1"

/**
 * Mounts of one run, by what they are about: the words, where `TARGET` stands for a target of their own, and the names
 * in it, through the shim and without.
 */
interface Case {
  readonly words: ReadonlyArray<string>
  readonly through: string
  readonly without: string
}

const volume = (source: string, through: string, without = ""): Case => ({
  words: ["-v", `${source}:TARGET`],
  through,
  without
})

const mount = (fields: string, through: string, without: string): Case => ({
  words: ["--mount", `type=bind,${fields},target=TARGET`],
  through,
  without
})

/** Paths that both sides have, so that a run without the shim succeeds too. */
const absolute: Readonly<Record<string, Case>> = {
  "a directory": volume(`${work}/app`, "file.txt sub"),
  "--mount": mount(`source=${work}/app`, "file.txt sub", ""),
  "--mount with other names": {
    words: ["--mount", `TYPE=bind,readonly,SRC=${work}/app,dst=TARGET`],
    through: "file.txt sub",
    without: ""
  },
  "one word": { words: [`-itv=${work}/app:TARGET`], through: "file.txt sub", without: "" },
  "a group of shorthands": { words: [`-itv${work}/app:TARGET`], through: "file.txt sub", without: "" },
  "a path with .. and //": volume(`${work}/other/..//./app/`, "file.txt sub"),
  "a path with a space": volume(`${work}/a b`, "space"),
  "a path with a comma": volume(`${work}/a,b`, "comma", "engines"),
  "a quoted field": {
    words: ["--mount", `type=bind,"source=${work}/app/../a,b",target=TARGET`],
    through: "comma",
    without: "engines"
  },
  "a link in the workspace": volume(`${work}/link`, "file.txt sub", "sub"),
  "a path through a link": volume(`${work}/link/sub`, "below"),
  "a link to the daemon's form": volume(`${work}/inside`, "file.txt sub"),
  "the daemon's form itself": volume(`${data}/app`, "file.txt sub", "file.txt sub"),
  "a sibling whose name begins alike": volume("/home/retro/workspace2", "two", "two"),
  "that sibling by way of the workspace": volume(`${work}/../workspace2`, "two", "two"),
  "a place beside all mappings": volume("/home/retro/elsewhere", "else", "else"),
  "a volume of a directory's name": volume("named", "", "")
}

/** What the real docker refuses, or finds nothing for, without the shim; by working directory. */
const relative: ReadonlyArray<readonly [cwd: string, words: ReadonlyArray<string>, through: string]> = [
  [`${work}/app`, ["-v", ".:TARGET"], "file.txt sub"],
  [`${work}/app`, ["-v", "./:TARGET"], "file.txt sub"],
  [`${work}/app`, ["-v", "./sub:TARGET"], "below"],
  [`${work}/app`, ["-v", "..//app/./sub:TARGET"], "below"],
  [`${work}/app`, ["--mount", "type=bind,source=./sub,target=TARGET"], "below"],
  [`${work}/app`, ["--mount", "type=bind,source=../other,target=TARGET"], "thing"],
  [`${work}/app/sub`, ["-v", "..:TARGET"], "file.txt sub"],
  [`${work}/app/sub`, ["-v", "../../a b:TARGET"], "space"],
  [`${work}/link/sub`, ["-v", ".:TARGET"], "below"],
  [`${work}/link`, ["-v", "./sub:TARGET"], "below"],
  ["/home/retro/alias", ["-v", ".:TARGET"], "file.txt sub"],
  ["/home/retro/alias/sub", ["-v", "./:TARGET"], "below"]
]

describeReal.each(generations)("a container of docker %s", (suite) => {
  const shim = shimDirectory("docker")
  afterAll(shim.remove)
  let session: Session.Session
  let files: string
  let enginesHome: string

  const write = (directory: string, ...names: ReadonlyArray<string>) => {
    fs.mkdirSync(directory, { recursive: true })
    for (const name of names) fs.writeFileSync(path.join(directory, name), name)
  }

  beforeAll(async () => {
    session = await Session.start({ suite, workspace: { id: "ses1" } })
    await BaseImage.load(session)
    files = session.workspace?.files ?? ""
    enginesHome = path.dirname(session.workspace?.enginesOwn ?? "")
    const at = (name: string) => path.join(files, name)
    write(at("app"), "file.txt")
    write(at("app/sub"), "below")
    write(at("other"), "thing")
    write(at("a b"), "space")
    write(at("a,b"), "comma")
    write(at("a:b"), "colon")
    write(at("new\"s"), "quote")
    write(at("mapped"), "never")
    write(at("left"))
    write(path.join(enginesHome, "work/left"))
    write(path.join(enginesHome, "work/app"))
    write(path.join(enginesHome, "work/a,b"), "engines")
    write(path.join(enginesHome, "workspace2"), "two")
    write(path.join(enginesHome, "elsewhere"), "else")
    write(path.join(session.directory, "volume/elsewhere/deep"), "mapped")
    write(path.join(session.directory, "shared"), "engine")
    fs.symlinkSync("app", at("link"))
    fs.symlinkSync(`${data}/app`, at("inside"))
    fs.symlinkSync(path.join(session.directory, "shared"), at("outside"))
    fs.symlinkSync("left/absent", at("dangling"))
    fs.symlinkSync("work/app", path.join(session.directory, "home-client/alias"))
  })
  afterAll(() => session.stop())

  const docker = (words: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
    session.run(path.join(shim.directory, "docker"), words, {
      ...options,
      env: { WORKSPACE_DIR: data, ...options.env }
    })

  /** Runs one container with all the mounts, and gives the names in each, in order. */
  const list = async (
    run: typeof docker,
    mounts: ReadonlyArray<ReadonlyArray<string>>,
    options: Client.RunOptions = {}
  ): Promise<ReadonlyArray<string>> => {
    const words = mounts.flatMap((one, at) => one.map((word) => word.replace("TARGET", `/m/${at}`)))
    const script = `for at in $(seq 0 ${mounts.length - 1}); do ls -A /m/$at | tr '\\n' ' '; echo; done`
    const outcome = await run(["run", "--rm", ...words, "bb", "sh", "-c", script], { stdin: "", ...options })
    return Client.stdoutOf(outcome).split("\n").map((line) => line.trim())
  }

  const one = async (words: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
    (await list(docker, [words], options))[0]

  it("has the user's files through the shim, and without it what the engine has there", async () => {
    const cases = Object.entries(absolute)
    const isTerminal = ({ words }: Case) => words.some((word) => word.startsWith("-it"))
    // without a terminal docker refuses -t, so that the group has to be tried on a container that does not start
    const runnable = cases.filter(([, one]) => !isTerminal(one))
    const words = runnable.map(([, one]) => one.words)
    const named = (listings: ReadonlyArray<string>) =>
      Object.fromEntries(runnable.map(([name], at) => [name, listings[at]]))
    const direct = (args: ReadonlyArray<string>, options?: Client.RunOptions) => session.run("docker", args, options)
    const without = named(await list(direct, words))
    const through = named(await list(docker, words))
    assert.deepStrictEqual(without, Object.fromEntries(runnable.map(([name, one]) => [name, one.without])))
    assert.deepStrictEqual(through, Object.fromEntries(runnable.map(([name, one]) => [name, one.through])))
    for (const [name, { words }] of cases.filter(([, one]) => isTerminal(one))) {
      const id = Client.stdoutOf(await docker(["create", ...words.map((word) => word.replace("TARGET", "/m")), "bb"]))
      const mounts = await session.docker(["inspect", "-f", "{{range .Mounts}}{{.Source}} {{end}}", id])
      assert.strictEqual(mounts.trim(), `${data}/app`, name)
    }
  })

  it("has all of them", async () => {
    const all = "a b a,b a:b app dangling inside left link mapped new\"s other outside"
    assert.strictEqual(await one(["-v", `${work}:TARGET:ro`]), all)
    assert.strictEqual(await one(["-v", `${work}/:TARGET`]), all)
    assert.strictEqual(await one(["-v", ".:TARGET"], { cwd: work }), all)
  })

  it("has them by relative sources, from every directory, those behind links included", async () => {
    for (const cwd of new Set(relative.map(([one]) => one))) {
      const rows = relative.filter(([one]) => one === cwd)
      assert.deepStrictEqual(await list(docker, rows.map(([, words]) => words), { cwd }), rows.map((row) => row[2]))
    }
  })

  it("is made by container create and container run too", async () => {
    const created = Client.stdoutOf(
      await docker(["container", "create", "-v", `${work}/app:/m`, "bb", "ls", "/m"])
    )
    assert.strictEqual(await session.docker(["start", "-a", created]), "file.txt\nsub")
    const ran = await docker(["container", "run", "--rm", "-v", `${work}/app/file.txt:/f:ro`, "bb", "cat", "/f"])
    assert.strictEqual(Client.stdoutOf(ran), "file.txt")
  })

  it("has a path with a colon by --mount, and by --volume docker's own refusal", async () => {
    assert.strictEqual(await one(["--mount", `type=bind,source=${work}/a:b,target=TARGET`]), "colon")
    assert.strictEqual(await one(["--mount", `type=bind,"source=${work}/new""s",target=TARGET`]), "quote")
    const words = ["run", "--rm", "-v", `${work}/a:b:/m`, "bb"]
    const [through, without] = [await docker(words), await session.run("docker", words)]
    assert.strictEqual(through.code, 125)
    assert.strictEqual(through.stderr.replaceAll(data, work), without.stderr)
  })

  it("has what the engine has at the end of a link out of the workspace", async () => {
    assert.strictEqual(await one(["-v", `${work}/outside:TARGET`]), "engine")
  })

  it("makes a source that does not exist where the user sees it", async () => {
    const command = (target: string) => ["bb", "sh", "-c", `touch ${target}/made`]
    Client.stdoutOf(await docker(["run", "--rm", "-v", `${work}/fresh/dir:/m`, ...command("/m")]))
    assert.deepStrictEqual(fs.readdirSync(path.join(files, "fresh/dir")), ["made"])
    assert.isFalse(fs.existsSync(path.join(enginesHome, "work/fresh")))

    const words = ["run", "--rm", "--mount", `type=bind,src=${work}/not-there,dst=/m`, "bb"]
    const refused = await docker(words)
    assert.strictEqual(refused.code, 125)
    assert.include(refused.stderr, `bind source path does not exist: ${data}/not-there`)
  })

  it("is refused with docker's own message for a link that leads to nothing", async () => {
    fs.symlinkSync("nowhere", path.join(enginesHome, "dangling"))
    const words = (source: string) => ["run", "--rm", "-v", `${source}:/m`, "bb"]
    const without = await session.run("docker", words("/home/retro/dangling"))
    assert.match(without.stderr, /error while creating mount source path '\/home\/retro\/dangling': .*: file exists/)
    for (const source of ["dangling", "dangling/below"]) {
      const through = await docker(words(`${work}/${source}`))
      assert.strictEqual(through.code, without.code)
      const [said = "", ...rest] = through.stderr.split("\n")
      assert.include(said, `docker-shim: --volume ${work}/${source}:/m: ${work}/${source} is a link to `)
      assert.match(rest.join("\n"), /error while creating mount source path '\/data\/workspaces\/ses1\/dangling/)
    }
    assert.deepStrictEqual(fs.readdirSync(path.join(files, "left")).filter((name) => name !== "zero"), [])
  })

  it("lacks what the engine has elsewhere below a parent of the workspace, and one line says so", async () => {
    const mounts = [["--volume", "/home/retro:/m", "/home/retro"], [
      "--mount",
      "type=bind,source=/home,target=/m",
      "/home"
    ]]
    for (const [option = "", value = "", place = ""] of mounts) {
      const ran = await docker(["run", "--rm", option, value, "bb", "true"])
      assert.strictEqual(
        ran.stderr,
        `docker-shim: ${option} ${value}: the daemon's own ${place} is used, without this session's ${work}; `
          + "mount that path itself\n"
      )
      assert.strictEqual(ran.code, 0)
    }
    const quiet = await docker(["run", "--rm", "-v", "/home/retro:/m", "bb"], { env: { DOCKER_SHIM_QUIET: "1" } })
    assert.strictEqual(quiet.stderr, "")
  })

  it("has an overlay of the user's directories, by volume create and by --mount", async () => {
    for (const name of ["lower", "upper", "scratch"]) write(path.join(files, "overlay", name))
    write(path.join(files, "overlay/lower"), "below")
    const o = `lowerdir=${work}/overlay/lower,upperdir=${work}/overlay/upper,workdir=${work}/overlay/scratch`
    const options = ["-o", "type=overlay", "-o", "device=overlay", "-o", `o=${o}`]
    Client.stdoutOf(await docker(["volume", "create", "over", ...options]))
    Client.stdoutOf(await docker(["run", "--rm", "-v", "over:/m", "bb", "touch", "/m/above"]))
    assert.deepStrictEqual(fs.readdirSync(path.join(files, "overlay/upper")), ["above"])
    const mount = "type=volume,source=over2,target=TARGET,volume-opt=type=overlay,volume-opt=device=overlay,"
      + `"volume-opt=o=lowerdir=${work}/overlay/lower:${work}/app"`
    assert.strictEqual(await one(["--mount", mount]), "below file.txt sub")
  })

  it("may not write what is mounted read-only, and writes the rest", async () => {
    const touch = ["bb", "touch", "/m/written"]
    for (
      const words of [["-v", `${work}/other:/m:ro`], [
        "--mount",
        `type=bind,ro,source=${work}/other,target=/m`
      ]] as const
    ) {
      const refused = await docker(["run", "--rm", ...words, ...touch])
      assert.strictEqual(refused.code, 1)
      assert.match(refused.stderr, /Read-only file system/)
    }
    Client.stdoutOf(await docker(["run", "--rm", "-v", `${work}/other:/m:rw`, ...touch]))
    assert.deepStrictEqual(fs.readdirSync(path.join(files, "other")), ["thing", "written"])
    fs.rmSync(path.join(files, "other/written"))
  })

  it("has them by a volume that is a bind", async () => {
    const options = ["-o", "type=none", "--opt", "o=bind", `--opt=device=${work}/app`]
    Client.stdoutOf(await docker(["volume", "create", "through", ...options]))
    await session.docker([
      "volume",
      "create",
      "without",
      "-o",
      "type=none",
      "-o",
      "o=bind",
      "-o",
      `device=${work}/gone`
    ])
    assert.strictEqual(await one(["-v", "through:TARGET"]), "file.txt sub")
    const untranslated = await docker(["run", "--rm", "-v", "without:/m", "bb"])
    assert.notStrictEqual(untranslated.code, 0)
    assert.match(untranslated.stderr, /failed to mount local volume.*no such file or directory/)
    const mount = `type=volume,source=own,target=TARGET,volume-opt=type=none,volume-opt=o=bind,` +
      `"volume-opt=device=${work}/a,b"`
    assert.strictEqual(await one(["--mount", mount]), "comma")
  })

  it("has a device of the workspace", async () => {
    execFileSync("mknod", [path.join(files, "left/zero"), "c", "1", "5"])
    const words = (
      device: string
    ) => ["run", "--rm", "--device", device, "bb", "sh", "-c", "head -c 3 /dev/mine | wc -c"]
    assert.strictEqual(Client.stdoutOf(await docker(words(`${work}/left/zero:/dev/mine:r`))), "3")
    assert.notStrictEqual((await session.run("docker", words(`${work}/left/zero:/dev/mine`))).code, 0)
  })

  it("has what the longest matching mapping says", async () => {
    const env = { DOCKER_SHIM_PATH_MAP: `/srv=/nowhere;${work}/mapped=/data/elsewhere;${work}/mapped/x=/data/no` }
    const mounts = [["-v", `${work}/mapped/deep:TARGET`], ["-v", `${work}/app:TARGET`], [
      "-v",
      `${work}/mapped2:TARGET`
    ]]
    assert.deepStrictEqual(await list(docker, mounts, { env }), ["mapped", "file.txt sub", ""])
    assert.isTrue(fs.existsSync(path.join(files, "mapped2")), "whole segments only")
    fs.rmdirSync(path.join(files, "mapped2"))
  })

  it("gets its own words as they were typed", async () => {
    const own = ["-v", `${work}/app:/m`, "--mount", `type=bind,source=${work},target=/x`, "--", "-v"]
    const ran = await docker(["run", "--rm", "bb", "echo", ...own])
    assert.strictEqual(Client.stdoutOf(ran), own.join(" "))
  })

  it("finds an empty directory without the setting, and when the shim is disabled", async () => {
    assert.strictEqual(await one(["-v", `${work}/app:TARGET`], { env: { WORKSPACE_DIR: undefined } }), "")
    assert.strictEqual(await one(["-v", `${work}/app:TARGET`], { env: { DOCKER_SHIM_DISABLE: "1" } }), "")
  })
})

describe("Docker's socket", () => {
  describeReal.each(generations)("bound into a container of docker %s", (suite) => {
    const shim = shimDirectory("docker")
    afterAll(shim.remove)
    const sessions: Array<Session.Session> = []
    beforeAll(async () => {
      sessions.push(...await Promise.all([Session.start({ suite }), Session.start({ suite })]))
      // what a daemon beside others may find at the usual place: the socket of another
      for (const [at, session] of sessions.entries()) {
        const other = sessions[1 - at]?.socket ?? ""
        const enter = ["-t", String(session.engine().init), "-m", "ln", "-s", other, "/run/docker.sock"]
        execFileSync("nsenter", enter, { cwd: "/" })
      }
      await Promise.all(sessions.map(BaseImage.load))
    })
    afterAll(() => Promise.all(sessions.map((session) => session.stop())))

    /** Which daemon a real docker in a container of that session reaches, by its identity. */
    const reached = async (session: Session.Session, words: ReadonlyArray<string>, file: string) => {
      const programs = ["/lib", "/lib64"].flatMap((directory) => ["-v", `${directory}:${directory}:ro`])
      const client = ["-v", `${session.suite.bin}/docker:/usr/bin/docker:ro`, ...programs]
      const ask = ["bb", "/usr/bin/docker", "-H", "unix:///s", "info", "-f", "{{.ID}}"]
      const env = { DOCKER_SHIM_DAEMON_SOCKET: session.socket }
      return Client.stdoutOf(await session.run(file, ["run", "--rm", ...client, ...words, ...ask], { env }))
    }

    it("is this session's own, and without the shim another's", async () => {
      const [one, two] = await Promise.all(sessions.map((session) => session.docker(["info", "-f", "{{.ID}}"])))
      const [first, second] = sessions
      assert.isDefined(first)
      assert.isDefined(second)
      assert.notStrictEqual(one, two)
      const socket = ["-v", "/var/run/docker.sock:/s"]
      assert.strictEqual(await reached(first, socket, "docker"), two)
      const through = path.join(shim.directory, "docker")
      assert.strictEqual(await reached(first, socket, through), one)
      assert.strictEqual(await reached(second, socket, through), two)
      assert.strictEqual(await reached(first, ["-v", "/run/docker.sock:/s:ro"], through), one)
      const mount = "type=bind,source=/var/run/../run/docker.sock,target=/s"
      assert.strictEqual(await reached(second, ["--mount", mount], through), two)
    })
  })
})
