import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as BuildContext from "../../../src/shell/builder/BuildContext.ts"
import * as DockerfileText from "../../../src/shell/builder/DockerfileText.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as ProcessorTime from "../../core/processor-time.ts"

let root: string
beforeEach(() => {
  // in memory: there are tests with ten thousand files
  root = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "docker-shim-context-"))
  write("Dockerfile", "FROM scratch\nCOPY . /\n")
  write("src/main.ts", "main")
  write("node_modules/a/index.js", "a")
  fs.symlinkSync("main.ts", path.join(root, "src/link"))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const write = (name: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
  fs.writeFileSync(path.join(root, name), content)
}
const digest = (dockerfile: string | undefined = path.join(root, "Dockerfile"), directory = root) =>
  BuildContext.reader(TimeBudget.endless)({ _tag: "BuildContext", directory, dockerfile })

describe("the digest of a build context", () => {
  it("is the same wherever the context is, whoever owns it and however old it is", () => {
    const before = digest()
    assert.isString(before)
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-context-"))
    try {
      fs.cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
      fs.utimesSync(path.join(copy, "src/main.ts"), 1, 1)
      if (process.getuid?.() === 0) fs.chownSync(path.join(copy, "src/main.ts"), 1000, 1000)
      assert.strictEqual(digest(path.join(copy, "Dockerfile"), copy), before)
    } finally {
      fs.rmSync(copy, { recursive: true, force: true })
    }
  })

  it.each<readonly [string, () => void]>([
    ["a file's content", () => write("src/main.ts", "niam")],
    ["a file's permissions", () => fs.chmodSync(path.join(root, "src/main.ts"), 0o755)],
    ["a file's name", () => fs.renameSync(path.join(root, "src/main.ts"), path.join(root, "src/index.ts"))],
    ["a file more", () => write("src/.env", "")],
    ["a directory more", () => fs.mkdirSync(path.join(root, "empty"))],
    ["where a link leads", () => {
      fs.rmSync(path.join(root, "src/link"))
      fs.symlinkSync("/etc/passwd", path.join(root, "src/link"))
    }],
    ["the Dockerfile", () => write("Dockerfile", "FROM scratch\nCOPY src /\n")],
    ["what is left out", () => write(".dockerignore", "node_modules\n")]
  ])("is another with %s", (_, change) => {
    const before = digest()
    change()
    assert.isString(digest())
    assert.notStrictEqual(digest(), before)
  })

  it("does not count what .dockerignore leaves out, unless it is taken back", () => {
    write(".dockerignore", "node_modules\nlogs/*\n!logs/keep\n")
    write("logs/old", "old")
    const before = digest()
    write("node_modules/b/index.js", "b")
    write("logs/new", "new")
    assert.strictEqual(digest(), before)
    write("logs/keep", "keep")
    assert.notStrictEqual(digest(), before)
  })

  it("goes by the .dockerignore that is named after the Dockerfile, where there is one", () => {
    write(".dockerignore", "*")
    write("Dockerfile.dockerignore", "node_modules")
    const before = digest()
    write("node_modules/b/index.js", "b")
    assert.strictEqual(digest(), before)
    write("src/main.ts", "niam")
    assert.notStrictEqual(digest(), before)
  })

  it("takes a dockerfile for the Dockerfile, and one elsewhere, and none", () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-context-"))
    try {
      fs.writeFileSync(path.join(other, "Dockerfile"), "FROM scratch\n")
      const before = digest(path.join(other, "Dockerfile"))
      fs.writeFileSync(path.join(other, "Dockerfile"), "FROM bb\n")
      assert.isString(before)
      assert.notStrictEqual(digest(path.join(other, "Dockerfile")), before)
    } finally {
      fs.rmSync(other, { recursive: true, force: true })
    }
    assert.isString(
      BuildContext.reader(TimeBudget.endless)({ _tag: "BuildContext", directory: root, dockerfile: undefined })
    )
    fs.renameSync(path.join(root, "Dockerfile"), path.join(root, "dockerfile"))
    assert.isString(digest())
  })

  it.each<readonly [string, () => void]>([
    ["there is no Dockerfile", () => fs.rmSync(path.join(root, "Dockerfile"))],
    ["a pattern is malformed", () => write(".dockerignore", "[")],
    [".dockerignore is very large", () => write(".dockerignore", "#".repeat(257 * 1024))],
    ["very many names are left out", () => {
      write(".dockerignore", "src/*.log\n")
      for (let at = 0; at < 10_000; at += 1) {
        fs.linkSync(path.join(root, "Dockerfile"), path.join(root, `src/${at}.log`))
      }
    }],
    ["a file is very large", () => fs.truncateSync(path.join(root, "src/main.ts"), 65 * 1024 * 1024)],
    ["there are very many files", () => {
      for (let at = 0; at < 3_000; at += 1) fs.mkdirSync(path.join(root, "src", String(at)))
    }]
  ])("is not told where %s", (_, change) => {
    change()
    assert.isUndefined(digest())
  })

  it("is told apart by Dockerfile where the context is the same, which is then read once", () => {
    const ask = BuildContext.reader(TimeBudget.endless)
    write("Dockerfile.dev", "FROM bb\n")
    const [one, other] = ["Dockerfile", "Dockerfile.dev"].map((name) =>
      ask({ _tag: "BuildContext", directory: root, dockerfile: path.join(root, name) })
    )
    assert.notStrictEqual(one, other)
    write("src/main.ts", "niam")
    assert.strictEqual(ask({ _tag: "BuildContext", directory: root, dockerfile: path.join(root, "Dockerfile") }), one)
    assert.notStrictEqual(digest(), one)
  })

  it.each(["Dockerfile", "dockerfile"])(
    "is the same where %s was read before, and of the text that was read",
    (name) => {
      fs.renameSync(path.join(root, "Dockerfile"), path.join(root, name))
      const dockerfile = path.join(root, "Dockerfile")
      const before = digest()
      const readFile = DockerfileText.readingOnce()
      assert.isDefined(DockerfileText.read(dockerfile, readFile))
      write(name, "FROM scratch\nCOPY . /other\n")
      const ask = BuildContext.reader(TimeBudget.endless, readFile)
      assert.strictEqual(ask({ _tag: "BuildContext", directory: root, dockerfile }), before)
      assert.notStrictEqual(digest(), before)
      // a link in its place is one, whatever it leads to
      fs.renameSync(path.join(root, name), path.join(root, "real"))
      fs.symlinkSync("real", path.join(root, name))
      const linked = digest()
      const again = BuildContext.reader(TimeBudget.endless, DockerfileText.readingOnce())
      assert.strictEqual(again({ _tag: "BuildContext", directory: root, dockerfile }), linked)
    }
  )

  it("is that of a Dockerfile that is too large to be remembered", () => {
    write("Dockerfile", "#".repeat(DockerfileText.maxSize + 1))
    const ask = BuildContext.reader(TimeBudget.endless, DockerfileText.readingOnce())
    const found = ask({ _tag: "BuildContext", directory: root, dockerfile: path.join(root, "Dockerfile") })
    assert.isDefined(found)
    write("Dockerfile", `${"#".repeat(DockerfileText.maxSize)} `)
    assert.notStrictEqual(digest(), found)
  })

  it("is not told of what is no directory", () => {
    assert.isUndefined(digest(undefined, path.join(root, "Dockerfile")))
    assert.isUndefined(digest(undefined, path.join(root, "nothing")))
  })

  it("does not look into a directory that is left out, unless something below it may be taken back", () => {
    write(".dockerignore", "node_modules\n!src/keep\n")
    const before = digest()
    for (let at = 0; at < 10_001; at += 1) fs.mkdirSync(path.join(root, "node_modules", String(at)))
    assert.strictEqual(digest(), before)
    write(".dockerignore", "node_modules\n!node_modules/keep\n")
    assert.isUndefined(digest())
  })

  it("is not told once the time for it is spent", () => {
    const budget = TimeBudget.millis(0)
    assert.isUndefined(BuildContext.reader(budget)({ _tag: "BuildContext", directory: root, dockerfile: undefined }))
  })

  it("is told in time of a context whose .dockerignore takes JavaScript for ever", () => {
    write(".dockerignore", `${"*a".repeat(12)}b\n`)
    write(`src/${"a".repeat(200)}`, "")
    const time = ProcessorTime.least(() => {
      assert.isString(digest())
    })
    assert.isBelow(time, 1_000)
  })

  it("opens no pipe", () => {
    execFileSync("mkfifo", [path.join(root, "src/pipe")])
    assert.isString(digest())
  })
})
