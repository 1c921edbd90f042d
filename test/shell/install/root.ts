/**
 * Roots to install below: machines of the test's own.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll } from "vitest"
import * as InstallPlan from "../../../src/shell/install/InstallPlan.ts"
import type { Request, Site } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import * as Survey from "../../../src/shell/install/Survey.ts"

/** Where the roots of a test file are. */
export const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-install-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

/** `PATH` of every root. */
export const searchPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
/** Docker's own directories for plugins. */
export const plugins = ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"].map((one) =>
  `${one}/docker/cli-plugins`
)
/** The environment of root. */
export const env = { PATH: searchPath.join(":"), HOME: "/root" }
/** Where an installation for all is recorded. */
export const state = "/var/lib/docker-shim"
/** A request. */
export const asked = (more: Partial<Request> = {}): Request => ({
  directory: undefined,
  pluginDirectory: undefined,
  isInPlace: false,
  ...more
})

/** What files hold. */
export const contents = {
  program: "\u007fELF docker",
  wrapper: "#!/bin/bash\nexec docker.real \"$@\"\n",
  composeWrapper: "#!/bin/bash\nexec \"$(dirname \"$0\")/docker-compose.real\" \"$@\"\n",
  plain: "no program"
} as const

/** What a file of a root holds. */
export type Content = keyof typeof contents

let count = 0

/** A root with files of these contents, a merged `/bin`, and the shim at `shim`. */
export const makeRoot = (
  files: Readonly<Record<string, Content>>,
  shim = "/opt/docker-shim/dist/docker-shim.cjs"
): string => {
  count += 1
  const root = path.join(base, String(count))
  for (const directory of searchPath.slice(0, 4)) fs.mkdirSync(path.join(root, directory), { recursive: true })
  for (const link of ["bin", "sbin"]) fs.symlinkSync(`usr/${link}`, path.join(root, link))
  const put = (name: string, content: string, mode: number): void => {
    fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
    fs.writeFileSync(path.join(root, name), content, { mode })
    fs.utimesSync(path.join(root, name), 1_000_000, 1_000_000)
  }
  put(shim, "the shim", 0o755)
  for (const [name, content] of Object.entries(files)) put(name, contents[content], content === "plain" ? 0o644 : 0o755)
  return root
}

/** What is found below a root. */
export const site = (root: string, request: Request, shim = "/opt/docker-shim/dist/docker-shim.cjs"): Site =>
  Survey.site(root, env, path.join(root, shim), request)

/** All that can be told of what is below a root: kinds, modes, owners, contents, targets, times of files. */
export const snapshot = (root: string): unknown =>
  fs.readdirSync(root, { recursive: true, encoding: "utf8" }).sort().map((name) => {
    const file = path.join(root, name)
    const stat = fs.lstatSync(file)
    const kind = stat.isSymbolicLink() ? fs.readlinkSync(file) : stat.isFile() ? fs.readFileSync(file, "latin1") : ""
    return [name, stat.mode, stat.uid, stat.gid, stat.nlink, kind, stat.isFile() ? stat.mtimeMs : 0, stat.ino]
  })

/** The steps of an installation, or why it is refused, as lines. */
export const steps = (root: string, request: Request, shim?: string): ReadonlyArray<string> => {
  const plan = InstallPlan.plan(site(root, request, shim), request)
  return plan._tag === "Refused" ? plan.reasons.map((one) => `refused: ${one}`) : plan.steps.map(Step.print)
}

/** The steps that every installation for all begins with. */
export const stateSteps = ["make directory /var", "make directory /var/lib", "make directory /var/lib/docker-shim"]
/** Where the shim is, unless said. */
export const shim = "/opt/docker-shim/dist/docker-shim.cjs"
/** The first directory for plugins. */
export const local = "/usr/local/lib/docker/cli-plugins"
/** The last directory for plugins. */
export const packaged = "/usr/libexec/docker/cli-plugins"
