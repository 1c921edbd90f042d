/**
 * Somebody else who swaps what is in a place, again and again, while the shim works there.
 */
import { fork } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

const program = `
  const fs = require("node:fs")
  const { name, forms, uid } = JSON.parse(process.argv[2])
  if (uid !== undefined) { process.setgroups([]); process.setgid(uid); process.setuid(uid) }
  const park = forms.map((_, at) => name + ".parked" + at)
  const quiet = (run) => { try { run() } catch {} }
  const counts = forms.map(() => 0)
  let made = 0, at = 0
  const swap = () => {
    const before = (at + forms.length - 1) % forms.length
    // what was made there meanwhile goes out of the way
    try { fs.renameSync(name, park[before]) } catch { quiet(() => fs.renameSync(name, name + ".made" + made++)) }
    if (forms[at].link !== undefined) {
      // what is no link was in the place before, or was made there
      try { fs.unlinkSync(park[at]) } catch { quiet(() => fs.renameSync(park[at], name + ".made" + made++)) }
      quiet(() => fs.symlinkSync(forms[at].link, park[at]))
    } else {
      quiet(() => { if (fs.lstatSync(park[at]).isSymbolicLink()) fs.unlinkSync(park[at]) })
      quiet(() => fs.mkdirSync(park[at]))
      for (const file of forms[at].files) quiet(() => fs.writeFileSync(park[at] + "/" + file, "theirs", { flag: "wx" }))
    }
    quiet(() => {
      const isLink = fs.lstatSync(park[at]).isSymbolicLink()
      fs.renameSync(park[at], name)
      if (isLink === (forms[at].link !== undefined)) counts[at] += 1
    })
    at = (at + 1) % forms.length
  }
  process.send("swapping")
  const again = () => {
    for (let n = 0; n < 21; n += 1) swap()
    // a form that never gets there makes no swaps
    process.send(Math.min(...counts) * counts.length)
    setImmediate(again)
  }
  again()
  process.on("disconnect", () => process.exit())
`

/** What is put in the place in turn: a link, or a directory with files. */
export type Form = { readonly link: string } | { readonly link?: never; readonly files: ReadonlyArray<string> }

/** Who swaps: another user where one is given, or root in a mount namespace in which every other path leads elsewhere. */
export interface Attacker {
  readonly uid?: number | undefined
  readonly isElsewhere?: boolean
}

/**
 * Runs something again and again, so many rounds at least, until the place was swapped so many times meanwhile; gives how often that was. It never goes on for longer than half a minute.
 */
export const during = async (
  name: string,
  forms: ReadonlyArray<Form>,
  swaps: number,
  run: () => unknown,
  { isElsewhere = false, uid }: Attacker = {},
  rounds = 1
): Promise<number> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-swapper-"))
  const file = path.join(directory, "swapper.cjs")
  fs.chmodSync(directory, 0o755)
  fs.writeFileSync(file, program)
  const child = fork(file, [JSON.stringify({ name, forms, uid })], {
    execArgv: [],
    ...(isElsewhere ? { execPath: elsewhere(directory) } : {})
  })
  try {
    let count = 0
    await new Promise<void>((resolve) => child.once("message", () => resolve()))
    child.on("message", (swapped) => (count = Number(swapped)))
    const deadline = Date.now() + 30_000
    for (let round = 0; (count < swaps || round < rounds) && Date.now() < deadline; round += 1) {
      await run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return count
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.kill("SIGKILL")
    await ended
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

/** A Node in a mount namespace of its own, with a file system of its own in a place that is there for all others. */
const elsewhere = (directory: string): string => {
  const file = path.join(directory, "node")
  const script = `#!/bin/sh
exec unshare --mount --propagation private sh -c 'mount -t tmpfs none /mnt && exec "$0" "$@"' ${process.execPath} "$@"
`
  fs.writeFileSync(file, script, { mode: 0o755 })
  return file
}
