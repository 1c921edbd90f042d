/** The steps of an installation, as data: a dry run prints them, a run carries them out, and `uninstall` undoes them. */
import * as JsonObject from "../../core/syntax/JsonObject.ts"

/**
 * One step. All paths are absolute, below the root that the installation is for.
 *
 * **Details**
 *
 * - `MakeDirectory`: makes a missing directory; its parent exists.
 * - `Copy`: copies the shim's executable.
 * - `Link`: makes a symbolic link where nothing is.
 * - `Move`: renames a file, perhaps into another directory of the same file system.
 * - `Replace`: renames a program to `aside`, in the same directory; a symbolic link takes its place in one step.
 * - `Divert`: the package manager (dpkg) puts the program of later packages at `aside` too.
 */
export type Step =
  | { readonly _tag: "MakeDirectory"; readonly path: string }
  | { readonly _tag: "Copy"; readonly from: string; readonly path: string }
  | { readonly _tag: "Link"; readonly path: string; readonly target: string }
  | { readonly _tag: "Move"; readonly path: string; readonly to: string }
  | { readonly _tag: "Replace"; readonly path: string; readonly aside: string; readonly target: string }
  | { readonly _tag: "Divert"; readonly path: string; readonly aside: string }

/** Whether a value from a record is a step. */
export const isStep = (value: unknown): value is Step =>
  JsonObject.isObject(value)
  && fields.get(value["_tag"])?.every((name) => typeof value[name] === "string") === true

/** The fields of each step, all of them texts. */
const fields: ReadonlyMap<unknown, ReadonlyArray<string>> = new Map([
  ["MakeDirectory", ["path"]],
  ["Copy", ["from", "path"]],
  ["Link", ["path", "target"]],
  ["Move", ["path", "to"]],
  ["Replace", ["path", "aside", "target"]],
  ["Divert", ["path", "aside"]]
])

/** See `MakeDirectory` of {@link Step}. */
export const makeDirectory = (path: string): Step => ({ _tag: "MakeDirectory", path })

/** See `Copy` of {@link Step}. */
export const copy = (from: string, path: string): Step => ({ _tag: "Copy", from, path })

/** See `Link` of {@link Step}. */
export const link = (path: string, target: string): Step => ({ _tag: "Link", path, target })

/** See `Move` of {@link Step}. */
export const move = (path: string, to: string): Step => ({ _tag: "Move", path, to })

/** See `Replace` of {@link Step}. */
export const replace = (path: string, aside: string, target: string): Step => ({
  _tag: "Replace",
  path,
  aside,
  target
})

/** See `Divert` of {@link Step}. */
export const divert = (path: string, aside: string): Step => ({ _tag: "Divert", path, aside })

/** A step as a line, such as `link /usr/local/bin/docker -> /usr/local/bin/docker-shim`. */
export const print = (step: Step): string => {
  switch (step._tag) {
    case "MakeDirectory":
      return `make directory ${step.path}`
    case "Copy":
      return `copy ${step.from} to ${step.path}`
    case "Link":
      return `link ${step.path} -> ${step.target}`
    case "Move":
      return `move ${step.path} to ${step.to}`
    case "Replace":
      return `keep ${step.path} as ${step.aside}, link ${step.path} -> ${step.target}`
    case "Divert":
      return `divert the packaged ${step.path} to ${step.aside}`
  }
}

/** How a step is undone, as a line. */
export const printUndo = (step: Step): string => {
  switch (step._tag) {
    case "MakeDirectory":
      return `remove directory ${step.path}`
    case "Copy":
    case "Link":
      return `remove ${step.path}`
    case "Move":
      return `move ${step.to} back to ${step.path}`
    case "Replace":
      return `put ${step.aside} back as ${step.path}`
    case "Divert":
      return `end the diversion of ${step.path}`
  }
}
