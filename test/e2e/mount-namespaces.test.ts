/**
 * The random machines that judge the mappings a shim finds (`test/arbitraries/mount-namespaces.ts`), against the kernel: the same
 * mounts, made in a mount namespace, stand in `/proc/self/mountinfo` as they do in the model.
 */
import * as FastCheck from "effect/FastCheck"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, it } from "vitest"
import { Namespace } from "../arbitraries/mount-namespaces.ts"
import { describeReal } from "../real-docker/Requirements.ts"

/** `DOCKER_SHIM_MOUNTS` asks for more. */
const numRuns = Number(process.env["DOCKER_SHIM_MOUNTS"] ?? 100)
const top = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-mounts-"))
afterAll(() => fs.rmdirSync(top))

const place = FastCheck.array(FastCheck.constantFrom("w", "a", "b"), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join("/")}`)
const change = FastCheck.record({
  kind: FastCheck.constantFrom("tmpfs", "bind", "rbind", "unmount"),
  point: place,
  other: place
})

interface Row {
  readonly id: string
  readonly parent: string
  readonly words: string
}

/** Mounts with those that they are in, without the kernel's numbers. */
const comparable = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const print = ({ parent, words }: Row): string => {
    const above = rows.find(({ id }) => id === parent)
    return above === undefined ? words : `${words}, in ${print(above)}`
  }
  return rows.map(print).sort()
}

describeReal("random machines", () => {
  it(`have the mounts that the kernel has, ${numRuns} times`, () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(change, { maxLength: 6 }), (changes) => {
        const model = new Namespace("base")
        const script = [`mount -t tmpfs base ${top}`]
        for (const [at, { kind, other, point }] of changes.entries()) {
          const before = model.mounts.length
          script.push(`mkdir -p ${top}${point} ${top}${other}`)
          if (kind === "tmpfs") {
            model.mount(point, { system: `tmpfs${at}`, inner: "/" }, "tmpfs")
            script.push(`mount -t tmpfs tmpfs${at} ${top}${point}`)
          } else if (kind === "unmount") {
            model.unmount(point)
            if (model.mounts.length < before) script.push(`umount ${top}${point}`)
          } else {
            model.bind(point, model, other, kind === "rbind")
            script.push(`mount --${kind} ${top}${other} ${top}${point}`)
          }
        }
        const words = [
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-ec",
          `${script.join("\n")}\ncat /proc/self/mountinfo`
        ]
        const seen = execFileSync("unshare", words, { encoding: "utf8" }).split("\n").map((line) => line.split(" "))
          .flatMap(([id = "", parent = "", , inner = "", point = "", ...more]) =>
            point === top || point.startsWith(`${top}/`)
              ? [{ id, parent, words: `${inner} of ${more.at(-2)} at ${point.slice(top.length) || "/"}` }]
              : []
          )
        const made = model.mounts.map(({ id, parent, point, root, system }) => ({
          id: String(id),
          parent: String(parent),
          words: `${root} of ${system} at ${point}`
        }))
        assert.deepStrictEqual(comparable(seen), comparable(made), script.join("\n"))
      }),
      { numRuns, seed: Number(process.env["DOCKER_SHIM_SEED"] ?? 20261130) }
    )
  })
})
