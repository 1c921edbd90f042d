/**
 * The next steps of doctor's findings about an installation, done on a Debian as they are written: the line is then green.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeAll, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Root from "../real-docker/Root.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Tree from "../real-docker/Tree.ts"

interface Finding {
  readonly part: string
  readonly state: string
  readonly next?: string
}

let root = ""
const at = (name: string): string => path.join(root, name)
const record = "var/lib/docker-shim/install.json"
/** Another build of the same program. */
const newer = `${Root.executable}-new`

const done = async (user: Root.User, ...words: readonly [string, ...ReadonlyArray<string>]): Promise<void> => {
  const { code, stderr, stdout } = await Root.run(root, user, ...words)
  assert.strictEqual(code, 0, `${words.join(" ")}: ${stdout}${stderr}`)
}
const install = (...words: ReadonlyArray<string>): Promise<void> => done("root", Root.executable, "install", ...words)
/** A step as it is written, but for what it says of the command. */
const asWritten = (step: string): Promise<void> =>
  done("root", "sh", "-c", step.replace(/ updates it$|^if nothing calls it: /g, ""))

/** Who runs doctor, and by which program, before the step and after it. */
interface Way {
  readonly program: string
  readonly user: Root.User
}
const plain: Way = { program: Root.executable, user: "root" }
const byNewer: Way = { ...plain, program: newer }

const cases: ReadonlyArray<
  readonly [part: string, what: string, provoke: () => Promise<unknown>, first?: Way, then?: Way]
> = [
  ["PATH", "not installed", () => Promise.resolve()],
  ["PATH", "another build", () => install(), byNewer],
  ["plugins", "not installed", () => Promise.resolve()],
  ["installation", "cut off", async () => {
    await install()
    fs.writeFileSync(at(record), fs.readFileSync(at(record), "utf8").replace(/("isComplete": ?)true/, "$1false"))
  }],
  ["installation", "a link is gone", async () => {
    await install()
    fs.rmSync(at("usr/local/bin/docker"))
  }],
  [
    "installation",
    "its record may not be read",
    async () => {
      await install()
      fs.chmodSync(at(record), 0o600)
    },
    { ...plain, user: "user" },
    plain
  ],
  ["older wrappers", "one is there", () => {
    fs.renameSync(at("usr/bin/docker"), at("usr/bin/docker.real"))
    fs.writeFileSync(at("usr/bin/docker"), "#!/bin/sh\nexec docker.real \"$@\"\n", { mode: 0o755 })
    return Promise.resolve()
  }],
  ["older wrappers", "one was there", () => {
    fs.copyFileSync(at("usr/bin/docker"), at("usr/bin/docker.real"))
    return Promise.resolve()
  }]
]

describeReal("on a Debian, the next step of", () => {
  let scratch: SessionDirectory.SessionDirectory
  let before: ReadonlyArray<string> = []
  const umask = process.umask(0o022)
  const state = (): ReadonlyArray<string> => Tree.read(at("usr"))

  beforeAll(async () => {
    scratch = await SessionDirectory.create([])
    root = path.join(scratch.path, "debian")
    const build = await Root.makeDebian(root)
    assert.isAbove(build.indexOf("stand-alone, "), 0)
    fs.writeFileSync(at(newer), Root.otherBuild(build), { mode: 0o755 })
    before = state()
  })
  afterEach(async () => {
    if (fs.existsSync(at(record))) await done("root", "docker-shim", "uninstall")
    if (fs.existsSync(at("usr/bin/docker.real"))) fs.renameSync(at("usr/bin/docker.real"), at("usr/bin/docker"))
    assert.deepStrictEqual(state(), before)
  })
  afterAll(async () => {
    process.umask(umask)
    await scratch.remove()
  })

  const find = async ({ program, user }: Way, part: string): Promise<Finding | undefined> => {
    const { stdout } = await Root.run(root, user, program, "doctor", "--json")
    return (JSON.parse(stdout) as { readonly findings: ReadonlyArray<Finding> }).findings.find((one) =>
      one.part === part
    )
  }

  for (const [part, what, provoke, first = plain, then = first] of cases) {
    it(`${part} (${what}) makes its line green`, async () => {
      await provoke()
      const found = await find(first, part)
      assert.include(["warn", "fail"], found?.state, JSON.stringify(found))
      if (then === first) await asWritten(found?.next ?? "")
      else assert.match(found?.next ?? "", /^run doctor as root/)
      const after = await find(then, part)
      assert.strictEqual(after?.state, "ok", `${found?.next ?? ""}: ${JSON.stringify(after)}`)
    })
  }
})
