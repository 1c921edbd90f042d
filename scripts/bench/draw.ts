/**
 * Writes docs/operate/performance.md and its picture from the figures in performance.json.
 */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as Page from "./Page.ts"

const operate = (name: string): string => fileURLToPath(new URL(`../../docs/operate/${name}`, import.meta.url))
const figures = JSON.parse(fs.readFileSync(operate("performance.json"), "utf8")) as Page.Figures

fs.writeFileSync(operate("performance.md"), Page.print(figures))
fs.writeFileSync(operate("growth.svg"), Page.growth(figures))
