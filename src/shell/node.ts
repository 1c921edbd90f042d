/**
 * The program for Node begins here: it loads `main.ts`, which the build makes the first of its parts.
 */
import * as fs from "node:fs"
import { pathToFileURL } from "node:url"
import * as ProgramPart from "./process/ProgramPart.ts"

/** Set by scripts/release/build.mjs: the file of that part. Its name changes with its content, so two builds differ here. */
declare const DOCKER_SHIM_MAIN_PART: string

const directory = __filename.slice(0, __filename.lastIndexOf("/"))
const load = ProgramPart.loader(pathToFileURL(__filename).href, (file) => fs.readFileSync(file), require)
load(`${directory}/${DOCKER_SHIM_MAIN_PART}`)
