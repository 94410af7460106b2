/** Not in any name: `:` names a stream of a file, `\` is a separator, and the others are wildcards or pipes. */
const FORBIDDEN = /[\\:*?"<>|]/;
/** Windows takes dots and blanks off the end: what is made is another name than the archive says. */
const CUT_OFF = /[. ](?:\/|$)/;
/** Devices, in every folder and with every ending: what is written to them goes elsewhere, and reading may never end. */
const DEVICE = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:[./]|$)/i;

/** Whether a name is that of a device, with any ending. */
export function isDevice(name: string): boolean {
  return DEVICE.test(name);
}

/** Whether Windows can have what a path names, its parts separated by `/`. */
export function existsOnWindows(path: string): boolean {
  return ![FORBIDDEN, CUT_OFF, DEVICE].some((wrong) => wrong.test(path));
}

/** The name of one file, made into one that Windows can have. */
export function nameOnWindows(name: string): string {
  const plain = name.replaceAll(new RegExp(FORBIDDEN, 'g'), '_').replace(/[. ]+$/, '_');
  return existsOnWindows(plain) ? plain : `_${plain}`;
}
