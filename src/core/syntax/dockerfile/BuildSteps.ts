/**
 * The steps of a Dockerfile that make a layer, and the steps that each of them follows: in its stage, in other stages, and by
 * mounts.
 */
import * as BuilderFlags from "./BuilderFlags.ts"
import type { Dockerfile, Instruction } from "./Dockerfile.ts"
import * as RunMount from "./RunMount.ts"

/**
 * How many layers a stage has up to and including a step, above the image that it begins with: from `least` to `most`, because
 * `WORKDIR` leaves a layer or none.
 */
export interface Place {
  readonly least: number
  readonly most: number
}

/**
 * A `RUN`, `COPY`, `ADD` or `WORKDIR`.
 *
 * - `needs`: the steps that it follows, directly or not, by their place in the list;
 * - `place`: `undefined` if that cannot be told;
 * - `stage`: the name of its stage, `undefined` if that has none;
 * - `base`: the image that its stage begins with, `undefined` if that is none, or is not known.
 */
export interface Step {
  readonly instruction: Instruction
  readonly mounts: ReadonlyArray<RunMount.RunMount>
  readonly needs: ReadonlySet<number>
  readonly place: Place | undefined
  readonly stage: string | undefined
  readonly base: Base | undefined
}

/** An image, and the name of the stage that begins with it, where that has one. */
export interface Base {
  readonly image: string
  readonly stage: string | undefined
}

/** A stage as far as it was read: what a step added to it would follow, and its own place. */
interface Stage {
  readonly name: string | undefined
  readonly needs: ReadonlySet<number>
  readonly place: Place | undefined
  readonly base: Base | undefined
}

/** Dockerfiles have some dozens; what they need of one another grows with the square. */
const most = 500

/** The steps in the order of the lines; `undefined` if the Dockerfile has something that is not understood. */
export const read = ({ instructions }: Dockerfile): ReadonlyArray<Step> | undefined => {
  const stages: Array<Stage> = []
  const steps: Array<Step> = []
  for (const instruction of instructions) {
    if (instruction.name === "ONBUILD" || steps.length > most) return undefined
    if (instruction.name === "FROM") {
      const stage = begin(instruction, stages)
      if (stage === undefined) return undefined
      stages.push(stage)
    } else if (layered.has(instruction.name)) {
      const stage = stages.at(-1)
      const mounts = mountsOf(instruction)
      if (stage === undefined || mounts === undefined) return undefined
      const needs = union([stage.needs, ...sourcesOf(instruction, mounts).map((from) => needsOf(from, stages))])
      const place = placeAfter(stage.place, instruction)
      stages[stages.length - 1] = { ...stage, place, needs: new Set([...needs, steps.length]) }
      steps.push({ instruction, mounts, needs, place, stage: stage.name, base: stage.base })
    }
  }
  return stages.length === 0 ? undefined : steps
}

const layered = new Set(["RUN", "COPY", "ADD", "WORKDIR"])

const begin = ({ text }: Instruction, stages: ReadonlyArray<Stage>): Stage | undefined => {
  const [, image, name] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(text.trim()) ?? []
  if (image === undefined) return undefined
  const known = find(image, stages)
  if (known !== undefined) return { ...known, name }
  // an argument may stand for a stage; a name with a colon or a slash is an image's
  if (image.includes("$") && !/[:/@]/.test(image.replace(/\$\{[^}]*\}|\$\w+/g, "")) && stages.length > 0) {
    return { name, needs: union(stages.map(({ needs }) => needs)), place: undefined, base: undefined }
  }
  // of a step on nothing BuildKit's records do not tell that it is the first
  const base = image === "scratch" || image.includes("$") ? undefined : { image, stage: name }
  return { name, needs: new Set(), place: image === "scratch" ? undefined : { least: 0, most: 0 }, base }
}

const mountsOf = ({ flags, name }: Instruction): ReadonlyArray<RunMount.RunMount> | undefined => {
  const mounts = name === "RUN" ? BuilderFlags.values(flags, "mount").map(RunMount.parse) : []
  const known = mounts.filter((mount) => mount !== undefined)
  return known.length === mounts.length ? known : undefined
}

/** The stages or images from which a step takes files; `undefined` stands for any. */
const sourcesOf = (
  { flags }: Instruction,
  mounts: ReadonlyArray<RunMount.RunMount>
): ReadonlyArray<string | undefined> => [
  ...BuilderFlags.values(flags, "from").map((from) => from.includes("$") ? undefined : from),
  ...mounts.flatMap((mount) => {
    if (mount._tag === "Stage") return [mount.from]
    return mount._tag === "Cache" && mount.from !== undefined
      ? [mount.from.includes("$") ? undefined : mount.from]
      : []
  })
]

const needsOf = (from: string | undefined, stages: ReadonlyArray<Stage>): ReadonlySet<number> => {
  const earlier = stages.slice(0, -1)
  if (from === undefined) return union(earlier.map(({ needs }) => needs))
  return (find(from, earlier) ?? (/^\d+$/.test(from) ? earlier[Number(from)] : undefined))?.needs ?? new Set()
}

const find = (name: string, stages: ReadonlyArray<Stage>): Stage | undefined =>
  stages.filter((stage) => stage.name?.toLowerCase() === name.toLowerCase()).at(-1)

const placeAfter = (place: Place | undefined, { flags, name }: Instruction): Place | undefined => {
  // `--link` makes a layer of its own, which is merged
  if (place === undefined || flags.some((flag) => /^--link\b/.test(flag))) return undefined
  return { least: place.least + (name === "WORKDIR" ? 0 : 1), most: place.most + 1 }
}

const union = (sets: ReadonlyArray<ReadonlySet<number>>): ReadonlySet<number> =>
  new Set(sets.flatMap((one) => [...one]))
