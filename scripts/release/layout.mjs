/**
 * Where each block of memory lies in the picture of the stand-alone executable: what every command uses comes first and lies
 * together, so that a start touches few pages, and these can be fetched at once.
 *
 * What a command uses is seen in trials (`trial.c`). The engine asks for the same blocks in the same order whenever it loads
 * the same modules, so a block of a trial is known by its number.
 */
import * as fs from "node:fs"

const mounts = ["-v", "/usr/bin:/a", "-v", "./usr:/b:ro", "--mount", "type=bind,source=/usr,target=/c"]

/** Commands that start nothing: where a program ends is chance, and the executable is to be the same in each build. */
const trials = [
  ["ps"],
  ["-v"],
  ["exec", "-it", "web", "sh"],
  ["run", "--rm", "-it", ...mounts, "debian:12", "sh", "-c", "true"],
  ["compose", "ps"],
  ["compose", "-p", "shop", "exec", "-T", "web", "true"]
]

/** What trial.c writes for each block: its size and its state, numbers of 32 bits. */
const noteSize = 8
const states = ["untouched", "touched", "given back"]

/** Regions, and the size that stands before each block: src/native/host/memory.c. */
const regions = { needed: 0, rest: 1, givenBack: 2 }
const headSize = 8
const mostBlocks = 1 << 18
const page = 4096

/** What one command touches: size and state of each block. */
const attempt = (start, notes, command) => {
  start(notes, command)
  const file = fs.readFileSync(notes)
  return Array.from({ length: file.readUInt32LE(0) }, (_, block) => {
    const at = (block + 1) * noteSize
    return { size: file.readUInt32LE(at), state: states[file.readUInt32LE(at + 4)] }
  })
}

/** From the beginning of the picture: where neither the kernel nor an emulator puts anything. */
const givenBackAt = 0x1000000000

/** How large the picture is, and the file that memory.c reads: from where to where each region goes, then each block's region. */
const written = (sizes, regionOf) => {
  const head = Buffer.alloc(sizes.length * 16)
  let capacity = page
  sizes.forEach((size, region) => {
    const start = region === regions.givenBack ? givenBackAt : capacity
    const end = start + Math.ceil(size / page) * page
    head.writeBigUInt64LE(BigInt(start), region * 16)
    head.writeBigUInt64LE(BigInt(end), region * 16 + 8)
    if (region !== regions.givenBack) capacity = end
  })
  return { capacity, file: Buffer.concat([head, regionOf]) }
}

/** A layout without trials: all blocks lie in the order in which they are asked for, also those that are given back. */
export const plain = () => written([0, 1 << 24, 0], Buffer.alloc(mostBlocks, regions.rest))

/** The layout by trials. `start` runs one: it gets the file that trial.c is to write, and the command. */
export const byTrials = (start, notes) => {
  const seen = trials.map((command) => attempt(start, notes, command))
  const [blocks] = seen
  if (seen.some(({ length }) => length !== blocks.length)) throw new Error("two trials asked for other blocks")
  const regionOf = Buffer.from(blocks.map(({ state }, block) => {
    if (state === "given back") return regions.givenBack
    return seen.some((tried) => tried[block].state === "touched") ? regions.needed : regions.rest
  }))
  const sizes = Object.values(regions).map(() => 0)
  blocks.forEach(({ size }, block) => sizes[regionOf[block]] += headSize + size)
  return written(sizes, regionOf)
}
