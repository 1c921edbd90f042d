/**
 * The licences of what the stand-alone executable contains: they go with every copy of it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../..", import.meta.url))

/** The npm packages that a bundle took something from (esbuild's metafile), in order. */
const packages = ({ outputs }) => {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => bytesInOutput > 0 ? [file] : [])
  )
  const names = inputs.flatMap((file) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1] ?? [])
  return [...new Set(names)].sort()
}

const ofPackage = (name) => {
  const directory = path.join(repository, "node_modules", name)
  const { version, license } = JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8"))
  const file = fs.readdirSync(directory).find((one) => /^licen[cs]e/i.test(one))
  const text = file === undefined ? `Its package names the licence: ${license}.` : fs.readFileSync(path.join(directory, file), "utf8")
  return { title: `${name} ${version}`, text }
}

/** Debian keeps the licence of each package in a file. */
const ofDebian = (title, ...files) => {
  const found = files.find((one) => fs.existsSync(one))
  if (found === undefined) throw new Error(`the licence of ${title} is missing: ${files.join(", ")}`)
  return { title, text: fs.readFileSync(found, "utf8") }
}

/** The text to ship: of what is compiled in, with QuickJS's sources in a directory, and of the modules in the bundle. */
export const licenses = (quickjs, metafile) =>
  [
    { title: "docker-shim", text: fs.readFileSync(path.join(repository, "LICENSE"), "utf8") },
    ofDebian(path.basename(quickjs).replace("quickjs-", "QuickJS-ng "), path.join(quickjs, "copyright")),
    ofDebian("OpenSSL (SHA-256)", "/usr/share/doc/libssl-dev/copyright", "/usr/share/doc/libssl3/copyright"),
    ofDebian("GNU C Library", "/usr/share/doc/libc6-dev/copyright", "/usr/share/doc/libc6/copyright"),
    ...packages(metafile).map(ofPackage)
  ].map(({ title, text }) => `${title}\n${"=".repeat(title.length)}\n\n${text.trim()}\n`).join("\n\n")
