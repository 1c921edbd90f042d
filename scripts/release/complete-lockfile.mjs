/**
 * Completes package-lock.json: `node scripts/release/complete-lockfile.mjs` after `npm install`.
 *
 * Where a registry lacks some of the packages that others name as optional for other platforms, `npm install` leaves
 * them out of the lock file, and `npm ci` then refuses it. Each gets an entry with the version that is asked for and the
 * platform that its name says; no machine on which the registry lacks it ever fetches it.
 */
import * as fs from "node:fs"

const file = new URL("../../package-lock.json", import.meta.url)
const lock = JSON.parse(fs.readFileSync(file, "utf8"))

const systems = ["android", "darwin", "freebsd", "linux", "openbsd", "openharmony", "win32"]
const processors = ["arm64", "arm", "x64", "ia32", "loong64", "ppc64", "riscv64", "s390x"]

/** Such as `linux`, `arm`, `musl` of `@rollup/rollup-linux-arm-musleabihf`. */
const platform = (name) => {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-")
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.includes("glibc") || (words.includes("linux") && words.some((word) => word.startsWith("gnu")))
    ? "glibc"
    : undefined
  const cpu = processors.filter((one) => words.includes(one))
  const os = systems.filter((one) => words.includes(one))
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`the name of ${name} does not say its platform`)
  return { cpu, ...(libc === undefined ? {} : { libc: [libc] }), os }
}

for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  if (path === "") continue
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const absent = lock.packages[`node_modules/${name}`] === undefined
    if (!absent || !/^@/.test(name)) continue
    lock.packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), optional: true, ...platform(name) }
    console.log(`added ${name} ${version}`)
  }
}
const ordered = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"))
lock.packages = Object.fromEntries(ordered)
fs.writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`)
