/**
 * What is done around a build in words, for showing it.
 */
import type * as CacheAction from "../cache/CacheAction.ts"
import * as Quantity from "../syntax/Quantity.ts"

/**
 * One action as a line, such as `publish shop, if the build left a complete index`.
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (action: CacheAction.Before | CacheAction.After): string => {
  if ("commands" in action) return importedSteps(action)
  switch (action._tag) {
    case "LeaseCacheEntries":
      return `hold ${action.keys.join(", ")} against collection, in ${action.directory}`
    case "OpenCacheImport":
      return opening(action.import)
    case "PrepareCacheExport":
      return `make ${action.export.view}, which stores its layers in ${action.export.directory}`
    case "SetAsideCacheEntry":
      return `set ${action.key} aside: ${action.why}`
    case "LookForOtherName":
      return `look, once for each project, for ${action.kind} of the project ${action.other}`
    case "PublishCacheExport":
      return `publish ${action.export.key}, if the build left a complete index`
    case "HealCacheEntries":
      return `if the build failed, check ${action.keys.join(", ")}`
        + (action.canRunAgain ? "; where damage is why, build again without" : "")
    case "DoubtBuilder":
      return "if the build failed, ask the builder again whether it can export cache"
        + (action.canRunAgain ? "; where it cannot, build again without" : "")
    case "CollectCache":
      return `bring ${action.directory} under ${Quantity.printSize(action.limits.maxSize)}, at most once an hour`
    case "RemoveOverrides":
      return `if the command succeeded, remove ${action.files.join(", ")} from the kept override files`
    case "ConfirmRegistryExport":
      return `say so if nothing was stored in ${action.place}`
  }
}

const opening = ({ directory, key, omitted, view }: CacheAction.CacheImport): string =>
  `check ${key} in ${directory}, and make it readable as ${view}`
  + (omitted.length === 0 ? "" : ", without the steps between which a cache mount is filled and read")

const importedSteps = (
  action: Extract<CacheAction.After, { readonly _tag: `${string}ImportedSteps` }>
): string => {
  switch (action._tag) {
    case "RememberImportedSteps":
      return `remember that ${steps(action)} imported`
    case "ForgetImportedSteps":
      return `if the build succeeded, forget that ${steps(action)} imported`
    case "DoubtImportedSteps":
      return `if the build failed, ask the builder whether ${steps(action)} imported`
        + (action.canRunAgain ? "; if so, build again without" : "")
  }
}

const steps = ({ commands }: CacheAction.Steps): string =>
  commands.length === 1
    ? "a step that fills a cache mount was"
    : `${commands.length} steps that fill cache mounts were`
