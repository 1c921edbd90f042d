/**
 * Somebody else who swaps what is in a place, again and again, while the shim works there.
 */
import { Worker } from "node:worker_threads"

const program = `
  const { parentPort, workerData: { name, forms, state } } = require("node:worker_threads")
  const fs = require("node:fs")
  const park = forms.map((_, at) => name + ".parked" + at)
  let made = 0
  parentPort.postMessage("swapping")
  for (let at = 0; Atomics.load(state, 0) === 0; at = (at + 1) % forms.length) {
    // what was made there meanwhile goes out of the way
    try { fs.renameSync(name, park[(at + forms.length - 1) % forms.length]) } catch {
      try { fs.renameSync(name, name + ".made" + made++) } catch {}
    }
    try {
      if (forms[at].link !== undefined) { try { fs.unlinkSync(park[at]) } catch {}; fs.symlinkSync(forms[at].link, park[at]) }
      else fs.mkdirSync(park[at], { recursive: true, mode: 0o755 })
      for (const inner of forms[at].files ?? []) { try { fs.writeFileSync(park[at] + "/" + inner, "theirs", { flag: "wx" }) } catch {} }
      fs.renameSync(park[at], name)
      Atomics.add(state, 1, 1)
    } catch {}
  }
  parentPort.postMessage("done")
`

/** What is put in the place in turn: a link, or a directory with files. */
export type Form = { readonly link: string } | { readonly link?: never; readonly files: ReadonlyArray<string> }

/**
 * Runs something again and again until the place was swapped so many times meanwhile; gives how often that was. It never
 * goes on for longer than half a minute.
 */
export const during = async (
  name: string,
  forms: ReadonlyArray<Form>,
  swaps: number,
  run: () => unknown
): Promise<number> => {
  const state = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(program, { eval: true, workerData: { name, forms, state } })
  const told = () => new Promise<unknown>((resolve) => worker.once("message", resolve))
  try {
    await told()
    const deadline = Date.now() + 30_000
    while (Atomics.load(state, 1) < swaps && Date.now() < deadline) await run()
    const done = told()
    Atomics.store(state, 0, 1)
    await done
    return Atomics.load(state, 1)
  } finally {
    await worker.terminate()
  }
}
