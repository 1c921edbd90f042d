/**
 * README as it is written, on a Debian 12 with one line of Node and nothing else: each of its commands, in its order, and what it says
 * of them. What is missing for the executable is installed by the line that says so.
 */
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { quote } from "../real-docker/Namespace.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Suite from "../real-docker/Suite.ts"
import * as Tree from "../real-docker/Tree.ts"
import { repository } from "../shell/program.ts"

const readme = fs.readFileSync(path.join(repository, "README.md"), "utf8")

/** The command lines of a section's first block, without comments. */
const commandsOf = (section: string): ReadonlyArray<string> => {
  const [, block = ""] = new RegExp(`^## ${section}\\n[^]*?^\`\`\`\\w+\\n([^]*?)^\`\`\``, "m").exec(readme) ?? []
  const lines = block.split("\n").filter((line) => line !== "")
  const typed = lines.some((line) => line.startsWith("$ ")) ? lines.filter((line) => /^\$ npm/.test(line)) : lines
  return typed.map((line) => line.replace(/^\$ /, "").replace(/ +#.*/, ""))
}

/** What the root takes from the machine: Node with npm, and how to reach the registry and Debian's mirror. */
const machine = [
  "/etc/resolv.conf",
  "/etc/hosts",
  "/etc/ssl/certs",
  "/etc/apt/sources.list.d",
  "/etc/apt/apt.conf.d",
  "/usr/share/keyrings",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates"
]

describe.each(Suite.NODES)("with Node %s", (line) => {
  describeReal("README on a bare Debian", () => {
    let scratch: SessionDirectory.SessionDirectory
    let root = ""
    const at = (name: string): string => path.join(root, name)

    beforeAll(async () => {
      scratch = await SessionDirectory.create([])
      root = path.join(scratch.path, "debian")
      fs.mkdirSync(root)
      execFileSync("tar", ["-xpf", await Suite.locateDebian("bare"), "--numeric-owner", "-C", root])
      fs.copyFileSync(await Suite.locateNode(line), at("usr/bin/node"))
      const npm = path.dirname(
        path.dirname(fs.realpathSync(execFileSync("sh", ["-c", "command -v npm"]).toString().trim()))
      )
      fs.cpSync(npm, at("usr/lib/node_modules/npm"), { recursive: true })
      fs.symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", at("usr/bin/npm"))
      for (const one of machine.filter((file) => fs.existsSync(file))) {
        fs.rmSync(at(one), { recursive: true, force: true })
        fs.mkdirSync(path.dirname(at(one)), { recursive: true })
        execFileSync("cp", ["-rL", one, at(one)])
      }
      const home = process.env["HOME"] ?? ""
      if (fs.existsSync(path.join(home, ".npmrc"))) fs.copyFileSync(path.join(home, ".npmrc"), at("root/.npmrc"))
      const files = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" }).split("\0")
      for (const one of files) if (one !== "") fs.cpSync(path.join(repository, one), at(`root/docker-shim/${one}`))
      // Docker's programs are fetched once on this machine
      fs.mkdirSync(at("var/cache/docker-shim-test"), { recursive: true })
    }, 600_000)
    afterAll(() => scratch.remove())

    /** Runs a line in the checkout, in the root; only variables that name certificates and proxies come from the machine. */
    const run = async (typed: string): Promise<{ readonly code: number | null; readonly printed: string }> => {
      const kept = Object.entries(process.env).filter(([name]) =>
        /_CERTS?$|_CERT_FILE$|_proxy$|^npm_config_(?:registry|cafile)$/i.test(name)
      )
      const mounts = `mount --rbind /sys ${quote(at("sys"))} && mount -t proc proc ${quote(at("proc"))} && `
        + `mount --rbind /dev ${quote(at("dev"))} && `
        + `mount --bind ${quote(path.dirname(await Suite.locateDebian("bare")))} ${
          quote(at("var/cache/docker-shim-test"))
        } && `
      // runc wants a root that is a mount
      const script = `mount --bind ${quote(root)} ${quote(root)} && cd ${quote(root)} && ${mounts}exec chroot . `
        + `env -i ${kept.map(([name, value]) => quote(`${name}=${value ?? ""}`)).join(" ")} HOME=/root TERM=dumb `
        + `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c ${
          quote(`cd /root/docker-shim && ${typed}`)
        }`
      const child = spawn("unshare", ["--mount", "sh", "-c", script], { stdio: ["ignore", "pipe", "pipe"] })
      const printed = Promise.all([text(child.stdout), text(child.stderr)])
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve))
      return { code, printed: (await printed).join("") }
    }
    const done = async (typed: string): Promise<string> => {
      const { code, printed } = await run(typed)
      assert.strictEqual(code, 0, `${typed}\n${printed.slice(-4000)}`)
      return printed
    }

    it("the demo shows what it promises", async () => {
      const [demo = ""] = commandsOf("See it")
      assert.strictEqual(demo, "npm ci && npm run demo")
      const printed = await done(demo)
      assert.include(await done("node --version"), `v${line}.`)
      assert.match(printed, /through the shim: {2}prices\.txt/)
      assert.match(printed, /session B {2}through the shim .* 3 of 3 steps cached/)
    }, 900_000)

    it("install makes the executable, installs it, and takes it out without a trace", async () => {
      const [make = "", install = "", doctor = ""] = commandsOf("Install")
      const refused = await run(make)
      const [, packages = ""] = /On Debian: apt-get install (.*)/.exec(refused.printed) ?? []
      assert.notStrictEqual(refused.code, 0)
      assert.notStrictEqual(packages, "", refused.printed.slice(-2000))
      assert.notMatch(refused.printed, /\n {4}at /)
      for (const one of packages.split(" ")) assert.include(readme, one)
      await done(`apt-get update -qq && apt-get install -qq -y --no-install-recommends ${packages}`)
      await done(make)

      // the machine has a docker of its own
      const bin = path.join((await Suite.locate("28.5")).bin)
      fs.copyFileSync(path.join(bin, "docker"), at("usr/bin/docker"))
      fs.mkdirSync(at("usr/libexec/docker"), { recursive: true })
      fs.cpSync(path.join(bin, "cli-plugins"), at("usr/libexec/docker/cli-plugins"), {
        recursive: true,
        dereference: true
      })
      const state = (): ReadonlyArray<string> =>
        Tree.read(root).filter((line) => !/^\/(?:root|var\/cache|proc|sys|dev|tmp)\b/.test(line))
      const before = state()
      assert.include(await done(install), "installed")
      assert.match(await done("docker --version"), /^Docker version 28\.5/)
      const verdict = await run(doctor)
      assert.match(verdict.printed, /^ok +docker-shim +version .*stand-alone/m)
      assert.match(verdict.printed, /\d problems?, \d warnings?/)
      assert.include(await done("docker-shim uninstall"), "uninstalled")
      assert.deepStrictEqual(state(), before)
    }, 1_200_000)
  })
})
