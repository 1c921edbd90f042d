/**
 * A cache directory that stays open as long as a command runs. Its path is walked once, however many builds the command has,
 * and everything in it is named beneath that descriptor.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as PrivateView from "../files/PrivateView.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"

/** The store of blobs, open. `link` is a path to it that other programs can follow. */
export interface Store extends SharedDirectory.SharedDirectory {
  readonly link: string
}

/** An open cache directory. The caller has to close it. */
export class OpenCache {
  readonly root: SharedDirectory.SharedDirectory
  /** The directories in which builds leave what is not finished, by their paths, open while the builds run. */
  readonly unfinished = new Map<string, SharedDirectory.SharedDirectory>()
  #store: Store | undefined
  #isWritable = false
  /** The views that others share with: the link to the store, the link to that view's `blobs`, and the file `oci-layout`. */
  #storing: string | undefined
  #linking: string | undefined
  #layout: string | undefined

  private constructor(root: SharedDirectory.SharedDirectory) {
    this.root = root
  }

  /** Opens a cache directory by the path that the user gave. Throws a `SharedDirectoryError`. */
  static open(directory: string): OpenCache {
    return new OpenCache(SharedDirectory.open(directory))
  }

  /** The store, which is opened when it is first needed. Throws a `SharedDirectoryError`. */
  store(): Store {
    if (this.#store === undefined) {
      const [blobs, hash] = CacheLayout.storeNames
      const opened = SharedDirectory.within(this.root, [blobs], (parent) => SharedDirectory.enter(parent, hash))
      this.#store = { ...opened, link: PrivateView.linkTo(opened) }
    }
    return this.#store
  }

  /** Makes the store if it does not exist. Throws a `SharedDirectoryError` if this user may not write to it. */
  makeStore(): void {
    if (this.#isWritable) return
    MadeDirectory.within(this.root, CacheLayout.storeNames, SharedDirectory.checkWritable)
    this.#isWritable = true
  }

  /**
   * Gives a view the store. The first has it in its `blobs`, to which those of the others lead: a command of many builds makes
   * as many views, which all end with it.
   */
  linkStore(view: string): void {
    if (this.#storing === undefined) {
      PrivateView.linkStore(view, this.store().link)
      this.#storing = view
    } else {
      PrivateView.linkAgain(view, "blobs", `${this.#storing}/blobs`, this.#linking)
      this.#linking ??= view
    }
  }

  /** Makes a view's layout. */
  createLayout(view: string, index: string): void {
    PrivateView.createLayout(view, index, this.#layout)
    this.#layout ??= view
  }

  close(): void {
    if (this.#store !== undefined) SharedDirectory.close(this.#store)
    SharedDirectory.close(this.root)
  }
}

/** The cache directories of one command. */
export class OpenCaches {
  readonly #opened = new Map<string, OpenCache>()

  /** A cache directory, which is opened when it is first needed. Throws a `SharedDirectoryError`. */
  of(directory: string): OpenCache {
    const opened = this.#opened.get(directory) ?? OpenCache.open(directory)
    this.#opened.set(directory, opened)
    return opened
  }

  /** A cache directory if it is open; else its path, for the caller to open. */
  ifOpen(directory: string): string | SharedDirectory.SharedDirectory {
    return this.#opened.get(directory)?.root ?? directory
  }

  /** Where a build leaves what is not finished, if that is open. */
  unfinishedOf(directory: string, path: string): SharedDirectory.SharedDirectory | undefined {
    return this.#opened.get(directory)?.unfinished.get(path)
  }

  /** Closes all that were opened. One that is needed after that is opened again. */
  close(): void {
    const all = [...this.#opened.values()]
    this.#opened.clear()
    for (const one of all) one.close()
  }
}
