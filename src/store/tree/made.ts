import { linkSync, type Stats, unlinkSync, utimesSync } from 'node:fs';
import { type Visited, walk } from '../../host/walk.ts';
import { byDescriptor, OPEN_FILES, type Place, timesOf } from './place.ts';

/** What a copy has. It is reached through its open top, whatever has that one's name by now. */
export class Made {
  readonly #top: Place;
  readonly #file: number | undefined;
  /** By device and inode, the copies of files that have more than one name. */
  readonly #linked = new Map<string, Place>();
  /** Folders whose source has pipes, sockets or devices: by their names below the top, that source. */
  readonly #leftOut = new Map<string, Stats>();
  #names = 1;

  /** @param file the open `top` */
  constructor(top: Place, file: number | undefined) {
    this.#top = top;
    this.#file = file;
  }

  /** One more name. */
  add(): void {
    this.#names += 1;
  }

  /** A pipe, a socket or a device in that folder is not copied. @param source of the folder */
  leaveOut(folder: Place, source: Stats): void {
    this.#leftOut.set(this.#below(folder).slice(1), source);
  }

  /**
   * Makes `to` a link to the copy of another name of the same file.
   * @returns false if there is none, or the file system has no hard links, or no more for this file
   */
  link(id: string, to: Place): boolean {
    const other = this.#linked.get(id);
    try {
      if (other !== undefined) {
        linkSync(this.#inside(other), to.call);
        return true;
      }
    } catch {
      // It is copied once more.
    }
    this.#linked.set(id, to);
    return false;
  }

  /**
   * Removes the pipes and the like that `cp` has made anew.
   * @returns whether the copy has no other names than those that were made here
   */
  async isAll(): Promise<boolean> {
    let found = 0;
    const visit = ({ path, stats }: Visited) => {
      if (stats.isDirectory() || stats.isFile() || stats.isSymbolicLink()) found += 1;
      else unlinkSync(path);
    };
    const leave = ({ path, name }: Visited) => {
      const source = this.#leftOut.get(name);
      if (source !== undefined) utimesSync(path, ...timesOf(source));
    };
    await walk(`${OPEN_FILES}/${this.#file}/.`, visit, { leave });
    return found <= this.#names;
  }

  #below({ path }: Place): string {
    return path.slice(this.#top.path.length);
  }

  #inside(place: Place): Buffer {
    const way = byDescriptor ? `${OPEN_FILES}/${this.#file}${this.#below(place)}` : place.path;
    return Buffer.from(way, 'latin1');
  }
}
