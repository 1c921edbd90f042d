/**
 * Stands in for `src/shell/process/InheritedDescriptors`: this runtime marks no inherited descriptor, so a child gets them all.
 */

/** None. */
export const marked = (): ReadonlyArray<number> => []
